"""FileLUT: a LUT or look from a file."""

from __future__ import annotations

from typing import Any

from grade.color.files.reader import Source, read
from grade.color.transforms.transform import Transform
from grade.op import Choice, FileName, Name, Op, ParameterError, other_words
from grade.op.parameters.mapping import MappingParam

MAY_BE_DYNAMIC = (
    b"DynamicParameter",
    b"Reference",
)  # text of a file that has dynamic parameters, or refers to one


class FileLUT(Op):
    """Apply a LUT or look file.

    Reads CLF, CTF, cube (Iridas, Resolve), 3dl, csp, spi1d, spi3d, spimtx, vf, itx, look, m3d, mga,
    lut (Discreet, Houdini), cub (Truelight), cc, ccc, cdl, ICC (matrix and curves) and pictures
    (png): a HaldCLUT, or tiles. OpenColorIO reads the file into its operations, which are then
    computed in float32. Nothing is baked.

    ``direction="inverse"`` of a 3D LUT searches the cube for the color, as the exact inverse of
    OpenColorIO does: what is between nodes is read by tetrahedra, so with ``interpolation:
    tetrahedral`` the LUT restores the color up to the rounding of float32. A trilinear one does not
    quite; ``notes`` and ``grade explain`` say how far off it is. A color that the LUT does not
    reach goes to its border; where it clips, one of the colors that it maps there is taken.

    The content of ``file`` is read when the op is made, and is part of the look's hash. In a look
    file the path is relative to that file. The op works on the code values of the working space:
    give the node ``space=`` where a file wants another encoding.

    A file that leads into another space, such as a show LUT from LogC4 to Rec.709, says so by
    ``gives``: the picture behind the node is in that space, as behind a Convert or a Display, and
    tags and the check of formats follow. ``space`` still says where the file takes its input. Such
    a node has no matte, ``amount`` or ``channels``.

    Dynamic parameters of a CTF file are uniforms, by name in ``dynamic`` as for OCIOProcessor:
    ``exposure``, ``primary.gamma.r``. They begin with the file's values.

    Negative values, values beyond a table and NaN are treated as OpenColorIO treats them: a table
    keeps its end values and reads NaN as 0. Source: OpenColorIO FileTransform, CLF (SMPTE ST
    2136-1), HaldCLUT. Differs from OpenColorIO: ``interpolation`` has precedence over the file; the
    inverse of a 3D LUT takes some colors that it reaches for colors outside there, and gives black
    for some that it does not reach.

    >>> import pathlib, tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = pathlib.Path(folder.name, "half.spimtx")
    >>> _ = file.write_text("0.5 0 0 0  0 0.5 0 0  0 0 0.5 6553.5")    # offsets count to 65535
    >>> FileLUT(file).evaluate([0.2, 0.4, 0.6]).round(6).tolist()
    [0.1, 0.2, 0.4]
    >>> FileLUT(file, direction="inverse").evaluate([0.1, 0.2, 0.4]).round(6).tolist()
    [0.2, 0.4, 0.6]
    >>> folder.cleanup()
    """

    group = "lut"
    known_as = (
        "lut", "cube", "lut_file", "apply_lut", "ocio_file_transform", "file_transform",
        "vectorfield", "clf", "look_file",
    )  # fmt: skip
    synonyms = other_words(
        file="path lut filename src",
        cccid="id",
        direction="inverse invert",
        gives="output dst",
    )
    file = FileName(doc="The LUT or look file.")
    direction = Choice("forward", "inverse", doc="Apply the file, or its inverse.")
    interpolation = Choice(
        "file",
        "trilinear",
        "tetrahedral",
        doc="How a 3D LUT is read; file: as the file asks, else trilinear.",
    )
    layout = Choice(
        "auto",
        "hald",
        "tiles",
        doc="The order of a picture's nodes; auto: the one in which the cube is smooth.",
    )
    cccid = Name(doc="The correction in a .ccc or .cdl file: its id, or its number from 0.")
    dynamic = MappingParam(unit="as the parameter's", doc="The file's dynamic parameters, by name.")

    gives = Name(doc="The space that the file leads into; None: the picture stays in its space.")

    def complete(self) -> None:
        given = self.values["dynamic"]
        if self.file is not None and (given or any(m in self.file.data for m in MAY_BE_DYNAMIC)):
            own, setting = self.transform().dynamic, type(self).dynamic
            self.values["dynamic"] = setting.complete(given, own, self.name or self.kind)

    def validate(self) -> None:
        label = self.name or self.kind
        if self.file is None:
            raise ParameterError(f"{label}.file: name the file")
        if self.values["dynamic"]:
            refusal = self.transform().explain_refusal
            type(self).dynamic.refuse(self.values["dynamic"], refusal, label)

    def neutral(self) -> bool:
        return False

    @property
    def changes_space(self) -> bool:
        """Whether the file leads into another space."""
        return self.values["gives"] is not None

    def given_space(self, config: Any) -> str:
        """The space of the result, as a config names it."""
        return str(config.space(self.gives).name)

    def transform(self) -> Transform:
        """The steps of the file.

        Raises
        ------
        FileError
            With file, and line or element.
        UntranslatedTransform
            If the file needs a primitive that has no translation.
        """
        source = Source(self.file.data, self.file.path, str(self.file), self.file.digest)
        return read(source, self.direction, self.interpolation, self.cccid, self.layout)

    def notes(self) -> list[str]:
        """Notes for the user: what a trilinear 3D LUT leaves after its inverse."""
        return self.transform().notes

    def forward(self, x: Any) -> Any:
        transform = self.transform()
        names = [name for name, _ in transform.dynamic]
        return transform.replace_dynamic(dict(zip(names, self.dynamic, strict=True)))(x)
