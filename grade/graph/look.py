"""``Look``: a grade with a name, the facade of this package.

The rooms for look files, differences and views are imported when they are used, so that the first
pixel does not wait for pydantic, YAML and XML.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn, Self

from grade.graph import rendering
from grade.graph.errors import Unchangeable, UnknownName
from grade.graph.identity.identity import hash_of
from grade.graph.model import change
from grade.graph.model.graph import Graph
from grade.graph.model.knobs import NodeView
from grade.graph.model.plate_input import PlateInput, parse_input
from grade.graph.running.apply import apply
from grade.graph.running.options import ApplyOptions
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.spaces import is_for_display, output_space
from grade.graph.tracing.trace import program_of, spaces_along
from grade.graph.tracing.tracer import NodeSpaces
from grade.graph.tracing.uniforms import uniform_values
from grade.io.frame import Alpha
from grade.ir.dither import Dither
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.suggestion import suggest

if TYPE_CHECKING:
    from grade.graph.viewing.preview import Preview
    from grade.graph.viewing.probe import ProbedNode


class Look(Graph):
    """A look: nodes from a source to outputs, and the spaces that they work in.

    ``>>`` joins nodes from :attr:`source` on, and :attr:`outputs` names the results. A look does
    not change: :meth:`set` and :meth:`without` give new looks. The exceptions are ``outputs``,
    ``knobs`` and ``versions``, which may grow, and keyframes, which may be set (:meth:`key`).

    Parameters
    ----------
    name
        The name of the look.
    input
        The space of the plates; ``"auto"`` asks each file, a mapping of ``display`` and ``view``
        takes plates back through the view that made them. None is the working space.
    working
        The space for ops of domain ``any``. None is the input space. If both are None, numbers are
        graded as they are, and only ops that need no space run.
    config
        The OpenColorIO config: a path or a built-in name. None is ``$OCIO``, else the built-in
        studio config. ``save`` writes the config that was found.
    intent
        What the look is for.
    time
        Whether keyframes count in frames of the plate or from the first frame of the shot.
    rate
        Frames per second, for keyframes at timecodes.
    untagged
        With ``input="auto"``: the space of plates that do not say theirs, and of arrays. None
        refuses them, unless a file rule of the config names one.

    Raises
    ------
    GraphError
        If a parameter is not valid.
    """

    __hash__ = None  # type: ignore[assignment]  # outputs may be added, which changes `hash`

    def __setattr__(self, field: str, value: Any) -> None:
        if field != "output":
            raise Unchangeable(
                f"look.{field}: a look does not change; use look.set({{...}}), which gives a new"
                " look, or make one with other arguments"
            )
        super().__setattr__(field, value)

    def __delattr__(self, field: str) -> NoReturn:
        raise Unchangeable(f"look.{field}: a look does not change")

    # --- the graph --------------------------------------------------------------------------------

    def __getitem__(self, node: str) -> NodeView:
        """A node: its values, and knobs to set keys on, ``look["open"].stops.key(1001, 0.0)``.

        Raises
        ------
        UnknownName
            If there is no such node; the message names the nearest.
        """
        return NodeView(self, node, self.op(node))

    def __eq__(self, other: object) -> bool:
        """Whether two looks have the same meaning: nodes, values, spaces, config; not the name."""
        return self is other or (isinstance(other, Look) and self.hash == other.hash)

    @property
    def hash(self) -> str:
        """sha256 of the meaning of the look; formatting, name, intent and notes do not count."""
        return hash_of(self)

    def diff(self, other: Look) -> list[str]:
        """The differences of another look, in sentences, in the order of the graph.

        Such as ``trim.slope 1.04, 1, 0.97 -> 1.1, 1, 0.95``, ``warm_skin: added``, ``open.stops:
        key 1040 0.35 -> 0.5``. Empty where both are equal, knobs and versions included.
        """
        from grade.graph.difference.compare import compare

        return compare(self, other)

    # --- other looks ------------------------------------------------------------------------------

    def set(self, values: Mapping[str, Any]) -> Self:
        """A look with other values.

        Parameters
        ----------
        values
            Values by dotted names, node.param[.part][@frame]: ``trim.slope``, one number
            ``trim.slope.r``, a part of a zone ``tone.shadow.exposure`` and a channel of it
            ``tone.shadow.balance.r``, one key ``open.stops@1040``, node fields such as
            ``trim.enable``. A new number of a parameter compiles nothing.

        Raises
        ------
        UnknownName, ParameterError
            If a name is unknown or a value is not taken; the message has the nearest name, or
            range and unit.
        """
        return change.set_values(self, values)

    def key(
        self, knob: str, frame: float, value: Any, ease: str = "linear", handles: Any = None
    ) -> Self:
        """Set a keyframe in place. It returns the look itself, so that calls can be chained.

        Parameters
        ----------
        knob
            A parameter such as ``open.stops``, or the name of a knob. The first key replaces the
            value.
        frame
            A frame of the plate; with ``time="shot"``, counted from the first frame of the shot, 0.
        value
            The whole value of the parameter.
        ease
            How the value is reached from the key before: ``linear``, ``smooth``, ``hold`` or
            ``bezier``.
        handles
            x1, y1, x2, y2 of a ``bezier``; see :class:`grade.Key`.

        Raises
        ------
        UnknownName, ParameterError
            If the name is unknown, or a still value would be refused, alone or beside the others
            at this frame; the message has the nearest name, or range and unit.
        GraphError
            If the node is shared with a look that was made of this one; ``set`` gives a new look.
        """
        change.set_key(self, knob, frame, value, ease, handles)
        return self

    def version(self, name: str) -> Self:
        """The look with the values of one of its :attr:`versions`.

        Raises
        ------
        UnknownName
            If there is no such version; the message names the nearest.
        """
        if name not in self.versions:
            known = suggest(name, self.versions) if self.versions else " It has none."
            raise UnknownName(f"the look {self.name} has no version {name!r}.{known}")
        return self.set(self.versions[name])

    def without(self, *nodes: str) -> Self:
        """A look without some nodes: the nodes behind them take their first input.

        A window or qualifier that is removed selects the whole picture.

        Raises
        ------
        UnknownName
            If there is no such node; the message names the nearest.
        """
        return change.without(self, nodes)

    def with_cdl(self, path: str | os.PathLike[str], identifier: str | None = None) -> Self:
        """A look with the numbers of a ``.cc``, ``.ccc`` or ``.cdl`` file in its CDL node.

        That is the node of the knob ``cdl``, or the only CDL node. Its ``clamp`` stays as it is:
        the ASC CDL clamps, and here ``clamp`` is off by default.

        Raises
        ------
        GraphError, FileError
            If the look has no such node, or the file has no such correction.
        """
        return change.with_cdl(self, os.fspath(path), identifier)

    def with_input(self, space: PlateInput | Mapping[str, str] | None) -> Self:
        """A look for plates in another space, or that a view made, also as ``DISPLAY / VIEW``."""
        return change.rebuild(self, {}, input=parse_input(space, lambda: self.configuration))

    def edges(self, output: str | None = None) -> list[NodeSpaces]:
        """The spaces of every node of an output, source first."""
        return spaces_along(self, self.output_name(output))

    def output_space(self, output: str | None = None) -> str | None:
        """The space of an output; None where it is not known."""
        return output_space(self, output)

    def output_is_display(self, output: str | None = None) -> bool:
        """Whether an output is display-referred."""
        return is_for_display(self, output)

    # --- pixels -----------------------------------------------------------------------------------

    def program(
        self,
        source: Layout,
        target: Layout,
        *,
        output: str | None = None,
        alpha: Alpha = "straight",
        inputs: Mapping[str, Layout] | None = None,
        dither: Dither = "none",
    ) -> Program:
        """The traced program of an output, not lowered yet.

        Parameters
        ----------
        source, target
            How the pixels lie in memory that the program reads and writes.
        output
            The name of the output. None is the first.
        alpha
            ``premultiplied`` color is divided by alpha before the grade and multiplied after it. At
            alpha 0 an empty pixel stays 0, and a glow (RGB that is not 0) is graded as it stands.
            ``straight`` color is not divided; ``none`` ignores a fourth channel.
        inputs
            How the pixels of other inputs lie in memory, by name; float planes if not given. They
            are the sources behind the first, in the order of :meth:`inputs`.
        dither
            ``triangular`` noise hides the steps of a target with fewer bits than the source, twelve
            at most. It differs from frame to frame.

        Raises
        ------
        GraphError, DomainError, RequestError
            If the look cannot be traced; the message has the remedy.
        """
        name = self.output_name(output)
        return program_of(self, name, (source, target), alpha, inputs, dither)

    def uniform_values(
        self,
        program: Program,
        frame: float | None = None,
        geometry: Geometry | None = None,
        first: float | None = None,
        timecode: str | None = None,
    ) -> list[float]:
        """The values of the uniforms of a program of this look, at a frame.

        Parameters
        ----------
        frame, first
            The number of the frame; and of the first frame of the shot, if keys count from there.
        timecode
            The timecode of the frame, for keys at timecodes.
        geometry
            Where the pixels lie in the display window, for looks with windows.

        Raises
        ------
        GraphError
            If the look has keyframes and the frame, or the first frame of the shot, is not known.
        """
        return uniform_values(self, program, frame, geometry, first, timecode)

    def apply(
        self,
        picture: Any,
        *,
        output: str | None = None,
        device: str | None = None,
        threads: int | None = None,
        out: Any = None,
        alpha: str | None = None,
        frame: float | None = None,
        first: float | None = None,
        inputs: Mapping[str, Any] | None = None,
        timecode: str | None = None,
        region: tuple[int, int] | None = None,
        full: tuple[int, int] | None = None,
        pixel_aspect: float | None = None,
    ) -> Any:
        """Grade an array or a frame.

        Parameters
        ----------
        picture
            An array (height, width, 3 or 4) or (pictures, height, width, 3 or 4) of float32,
            float16, uint16 or uint8, of NumPy, CuPy or a library with DLPack, such as PyTorch.
            Integers are 0..1 over their range. Or a ``Frame``: its color is replaced, its other
            channels are kept, and its tags name the new space.
        output
            The name of the output. None is the first.
        device
            ``cpu``, ``cuda``, ``cuda:1`` or ``auto``. None is where the array lies. An array of
            the host is copied to the device and back. An array on a device is read and written
            there, on the current stream of CuPy, and nothing waits; it is never moved.
        threads
            How many threads the CPU uses. None takes the settings.
        out
            For arrays: the array for the result, which may be ``picture`` itself. It lies on the
            same device, and may be of another library and type.
        alpha
            ``straight``, ``premultiplied`` or ``ignore``; see :meth:`program`. By default arrays
            are straight, and a frame says its own.
        frame, first
            The number of the frame, for looks with keyframes; and of the first frame of the shot,
            if keys count from there.
        inputs
            Pixels of other inputs by name: needed for an array, instead of the files for a frame.
            They lie on the same device as the array.
        timecode
            The timecode of an array, for keys at timecodes. A frame has its own.
        region, full
            For a crop: column and row of its first pixel in the full picture, and the width and
            height of the full picture. The crop then gets the pixels of the full picture.
        pixel_aspect
            For arrays: width of a pixel over its height. None is 1. With it, windows stay round.

        Returns
        -------
        array or Frame
            ``out``, or a picture of the library, shape and type of ``picture``. Where its library
            has no ``from_dlpack``, it is an array of NumPy or CuPy.

        Raises
        ------
        PixelsError
            If ``picture`` or an option is not taken; the message says why.
        """
        options = ApplyOptions(
            output=output, device=device, threads=threads, out=out, alpha=alpha, frame=frame,
            first=first, inputs=inputs, region=region, full=full, pixel_aspect=pixel_aspect,
            timecode=timecode,
        )  # fmt: skip
        return apply(self, picture, options)

    # --- views ------------------------------------------------------------------------------------

    def probe(
        self,
        picture: Any,
        x: int = 0,
        y: int = 0,
        *,
        output: str | None = None,
        frame: float | None = None,
        first: float | None = None,
        alpha: str | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> list[ProbedNode]:
        """One pixel through every node and matte, in serial order.

        Parameters
        ----------
        picture
            A frame; an array (height, width, 3 or 4) of the host; or three numbers, which are a
            picture of one pixel, at the center of every window.
        x, y
            Column and row from the top left; for a frame, coordinates in its data window.
        output, frame, first, alpha, inputs
            As for :meth:`grade.Look.apply`.

        Returns
        -------
        list of ProbedNode
            The source, each node in the space that the next node receives, and last what is
            stored, with the bits of ``apply``.

        Raises
        ------
        PixelsError
            If the pixel lies outside the picture.
        """
        from grade.graph.viewing.probe import probe

        options = ApplyOptions(output, alpha=alpha, frame=frame, first=first, inputs=inputs)
        return probe(self, picture, x, y, options)

    def _repr_svg_(self) -> str:
        """The graph as SVG, for a notebook."""
        from grade.graph.viewing.svg import draw_graph

        return draw_graph(self)

    def preview(
        self,
        picture: Any,
        wipe: float = 0.5,
        *,
        output: str | None = None,
        frame: float | None = None,
        first: float | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> Preview:
        """Before | after on an sRGB screen.

        Parameters
        ----------
        picture
            A frame, or an array (height, width, 3 or 4) of the host.
        wipe
            The part of the width that shows the picture without the nodes of the look; 0 shows
            none of it.
        output
            The name of the output. None is ``sdr``, else the first output for a display, else the
            first. A scene-referred output is shown through a view of the config.
        frame, first, inputs
            As for :meth:`grade.Look.apply`.

        Raises
        ------
        PixelsError
            If ``wipe`` is not in 0..1, or ``picture`` is not a picture.
        """
        from grade.graph.viewing.preview import preview

        options = ApplyOptions(frame=frame, first=first, inputs=inputs)
        return preview(self, picture, wipe, output, options)

    def preview_matte(
        self,
        matte: Any,
        picture: Any,
        *,
        frame: float | None = None,
        first: float | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> Preview:
        """A matte as a grey picture: white where it is 1.

        Parameters
        ----------
        matte
            The name of a window, a qualifier, a matte file or a combination; or a ``Matte``.
        picture, frame, first, inputs
            As for :meth:`preview`.

        Raises
        ------
        UnknownName
            If there is no such matte; the message names the nearest.
        """
        from grade.graph.viewing.preview import preview_matte

        options = ApplyOptions(frame=frame, first=first, inputs=inputs)
        return preview_matte(self, matte, picture, options)

    # --- jobs and files --------------------------------------------------------------------------

    render = rendering.render

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the look as a file and return its path; comments and layout of its file stay.

        Raises
        ------
        GraphError
            If a node needs a name, or the suffix is of a LUT, a CDL, a picture; with the remedy.
        """
        from grade.graph.file.save import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a look file.

        Raises
        ------
        LookFileError
            If the file is wrong; the message has file, line, node, parameter and nearest name.
        """
        from grade.graph.file.load import load

        return load(path, cls)
