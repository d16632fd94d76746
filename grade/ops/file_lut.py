"""FileLUT: a LUT or look from a file."""

from __future__ import annotations

from typing import Any

from grade.color.files.reader import Source, read
from grade.color.transforms.transform import Transform
from grade.op import Choice, FileName, Name, Op, ParameterError
from grade.op.parameters.mapping import NamedParam

MAY_BE_DYNAMIC = (b"DynamicParameter", b"Reference")  # what stands in such a file, or leads to one


class FileLUT(Op):
    """Apply a LUT or look file.

    Reads CLF, CTF, cube (Iridas, Resolve), 3dl, csp, spi1d, spi3d, spimtx, vf, itx, look, m3d, mga,
    lut (Discreet, Houdini), cub (Truelight), cc, ccc, cdl, ICC (matrix and curves) and HaldCLUT
    (png). The file is read through OpenColorIO into its operations, and those are computed in
    float32: nothing is baked, but for one thing. ``direction="inverse"`` of a 3D LUT is baked to a
    cube of 48 nodes along an edge, and ``notes`` and ``grade explain`` say so.

    ``file`` is taken as it is when the op is made; its content is part of the look's hash. In a
    look file the path is relative to that file. The numbers of the picture are taken as they are:
    give the node ``space=`` where a file wants another encoding.

    Dynamic parameters of a CTF file are uniforms, by name in ``dynamic`` as for OCIOProcessor:
    ``exposure``, ``primary.gamma.r``. They begin with the file's values.

    What happens to negative values, beyond the table and to NaN is what OpenColorIO does with the
    file: a table is held at its ends and reads NaN as 0. Source: OpenColorIO FileTransform, CLF
    (SMPTE ST 2136-1), HaldCLUT. Differs from OpenColorIO: ``interpolation`` wins over the file.

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
    file = FileName(doc="The LUT or look file.")
    direction = Choice("forward", "inverse", doc="Whether the file is applied or undone.")
    interpolation = Choice(
        "file",
        "trilinear",
        "tetrahedral",
        doc="How a cube is read; file: as it asks for, trilinear if it does not.",
    )
    cccid = Name(doc="Which correction of a .ccc or .cdl file: its id, or its number from 0.")
    dynamic = NamedParam(unit="as the parameter's", doc="The file's dynamic parameters, by name.")

    def validate(self) -> None:
        label = self.name or self.kind
        if self.file is None:
            raise ParameterError(f"{label}.file: name the file")
        given = self.values["dynamic"]
        if given or any(mark in self.file.data for mark in MAY_BE_DYNAMIC):
            transform = self.transform()
            completed = self.settings["dynamic"].completed  # type: ignore[attr-defined]
            self.values["dynamic"] = completed(
                given, transform.dynamic, transform.explain_refusal, label
            )

    def neutral(self) -> bool:
        return False

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
        return read(source, self.direction, self.interpolation, self.cccid)

    def notes(self) -> list[str]:
        """What the user should know: that the inverse of a 3D LUT is baked."""
        return self.transform().notes

    def forward(self, x: Any) -> Any:
        transform = self.transform()
        names = [name for name, _ in transform.dynamic]
        return transform.replace_dynamic(dict(zip(names, self.dynamic, strict=True)))(x)
