"""``Look``: a named graph of nodes, its spaces, its outputs, and all that can be done with it.

Look files load when they are used: pydantic takes longer to import than the rest of the room.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NoReturn, Self

from grade.graph.difference import compare
from grade.graph.errors import GraphError, Unchangeable, UnknownName
from grade.graph.identity.identity import hash_of
from grade.graph.model import change
from grade.graph.model.graph import Graph
from grade.graph.model.knobs import NodeView
from grade.graph.model.picture import Picture
from grade.graph.running.apply import ApplyOptions, apply
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.pixels import Alpha
from grade.graph.tracing.spaces import is_for_display, output_space
from grade.graph.tracing.trace import NodeSpaces, program_of, spaces_along
from grade.graph.tracing.uniforms import uniform_values
from grade.graph.viewing.preview import Preview, preview, preview_matte
from grade.graph.viewing.probe import ProbedNode, probe
from grade.graph.viewing.svg import draw_graph
from grade.ir.dither import Dither
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.op import suggestion


class Look(Graph):
    """A look.

    Nodes are joined from :attr:`source` by ``>>`` and end in :attr:`outputs`. Apart from that
    mapping, from ``knobs`` and ``versions``, and from keys that are set (:meth:`key`), a look does
    not change: :meth:`set` and :meth:`without` give new ones.

    Parameters
    ----------
    name
        What it is called.
    input
        The space of the plates; ``"auto"`` asks each file. None: as ``working``.
    working
        The space that ops of domain ``any`` act in. None: as ``input``. Both None: numbers are
        taken as they are, and only ops that need no space run.
    config
        The OpenColorIO config: a path or a built-in name. None: ``$OCIO``, else the built-in
        studio config. ``save`` writes the one that was found.
    intent
        What the look is for.
    time
        Whether keyframes count in frames of the plate or from the first frame of the shot.
    rate
        Frames per second of the timecodes that keyframes are at, where they are.

    Raises
    ------
    GraphError
        If a name or ``time`` is not of the stated form.
    """

    __hash__ = None  # type: ignore[assignment]  # outputs may be added; `hash` is of what is there

    def __setattr__(self, field: str, value: Any) -> None:
        if field != "output":
            raise Unchangeable(
                f"look.{field}: a look does not change; use look.set({{...}}), which gives a new"
                " one, or make one with other arguments"
            )
        super().__setattr__(field, value)

    def __delattr__(self, field: str) -> NoReturn:
        raise Unchangeable(f"look.{field}: a look does not change")

    # --- the graph --------------------------------------------------------------------------------

    @property
    def output(self) -> Picture:
        """The only or first output. Setting it gives the look its only output.

        Raises
        ------
        UnknownName
            If there is none yet.
        GraphError
            If it is set and there are several, or the picture belongs to another look.
        """
        return self.outputs[self.output_name(None)]

    @output.setter
    def output(self, picture: Picture) -> None:
        if len(self.outputs) > 1:
            raise GraphError(
                f"look.output: the look {self.name} has the outputs {', '.join(self.outputs)}; name"
                f' the one to set, as in look.outputs["{next(iter(self.outputs))}"] = ...'
            )
        self.outputs[next(iter(self.outputs), "master")] = picture

    def __getitem__(self, node: str) -> NodeView:
        """A node: its values, and its knobs to set keys on, ``look["open"].stops.key(1001, 0.0)``.

        Raises
        ------
        UnknownName
            Naming the nearest node.
        """
        return NodeView(self, node, self.op(node))

    def __eq__(self, other: object) -> bool:
        """Whether two looks mean the same: nodes, values, spaces, config; not name or intent."""
        return self is other or (isinstance(other, Look) and self.hash == other.hash)

    @property
    def hash(self) -> str:
        """sha256 of what the look means; formatting, name, intent and notes do not count."""
        return hash_of(self)

    def diff(self, other: Look) -> list[str]:
        """What another look does differently, in sentences, in the order of the graph.

        As ``trim.slope 1.04, 1, 0.97 -> 1.1, 1, 0.95``, ``warm_skin: added``, ``open.stops: key
        1040 0.35 -> 0.5``. Empty where both are equal, knobs and versions included.
        """
        return compare(self, other)

    # --- other looks ------------------------------------------------------------------------------

    def set(self, values: Mapping[str, Any]) -> Self:
        """A look with other values.

        Parameters
        ----------
        values
            Dotted names: ``trim.slope``, one of its numbers ``trim.slope.r``, node fields such as
            ``trim.enable`` and ``trim.amount``. Numbers that are uniforms share the kernel.

        Raises
        ------
        UnknownName, ParameterError
            Naming the nearest node or parameter; or range and unit.
        """
        return change.set_values(self, values)

    def key(
        self, knob: str, frame: float, value: Any, ease: str = "linear", handles: Any = None
    ) -> Self:
        """Set a keyframe, in place; gives the look itself, so that keys can follow one another.

        Parameters
        ----------
        knob
            ``open.stops``, or the name of a knob. The first key takes the place of the value.
        frame
            A frame of the plate, or with ``time="shot"`` counted from the shot's first, 0.
        value
            The parameter's whole value.
        ease
            How it is reached from the key before: ``linear``, ``smooth``, ``hold``, ``bezier``.
        handles
            x1, y1, x2, y2 of a ``bezier``; see :class:`grade.Key`.

        Raises
        ------
        UnknownName, ParameterError
            Naming the nearest node or parameter; or range and unit.
        GraphError
            If the node is shared with a look that was made of this one: ``set`` gives a new look.
        """
        change.set_key(self, knob, frame, value, ease, handles)
        return self

    def version(self, name: str) -> Self:
        """The look with the values of one of its :attr:`versions`.

        Raises
        ------
        UnknownName
            Naming the nearest version.
        """
        if name not in self.versions:
            known = suggestion(name, self.versions) if self.versions else " It has none."
            raise UnknownName(f"the look {self.name} has no version {name!r}.{known}")
        return self.set(self.versions[name])

    def without(self, *nodes: str) -> Self:
        """A look without some nodes: what followed them takes their first picture.

        A window or key that is left out is everywhere.

        Raises
        ------
        UnknownName
            Naming the nearest node.
        """
        return change.without(self, nodes)

    def with_cdl(self, path: str | os.PathLike[str], identifier: str | None = None) -> Self:
        """A look with the numbers of a ``.cc``, ``.ccc`` or ``.cdl`` file in its CDL node.

        That is the node of the knob ``cdl``, or the only one. ``clamp`` stays as the node has it:
        the ASC clamps, and here that is off unless the node says so.

        Raises
        ------
        GraphError, FileError
            If the look has no such node, or the file no such correction.
        """
        return change.with_cdl(self, os.fspath(path), identifier)

    def with_input(self, space: str | None) -> Self:
        """A look for plates in another space."""
        return change.rebuild(self, {}, input=space)

    # --- color ------------------------------------------------------------------------------------

    def edges(self, output: str | None = None) -> list[NodeSpaces]:
        """The spaces along the way to an output, source first."""
        return spaces_along(self, self.output_name(output))

    def output_space(self, output: str | None = None) -> str | None:
        """The space that an output is in; None where it is not known."""
        return output_space(self, output)

    def output_is_display(self, output: str | None = None) -> bool:
        """Whether an output is for a display, and not scene-referred."""
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
            How pixels lie in memory that are read and written.
        output
            None: the first.
        alpha
            ``premultiplied`` colour is divided by alpha around the grade; ``straight`` is not;
            ``none`` says that a fourth channel means nothing.
        inputs
            How the pixels of other inputs lie, by name; float planes if not given. They are the
            sources behind the first, in the order of :meth:`inputs`.
        dither
            ``triangular`` noise hides the steps of a target with fewer bits than the source, twelve
            at most; the frame's number makes it another in each frame.

        Raises
        ------
        GraphError, DomainError, RequestError
            If the look cannot be traced; the message has the remedy.
        """
        name = self.output_name(output)
        return program_of(self, name, source, target, alpha, inputs, dither)

    def uniform_values(
        self,
        program: Program,
        frame: float | None = None,
        geometry: Geometry | None = None,
        first: float | None = None,
        timecode: str | None = None,
    ) -> list[float]:
        """The number of every uniform of a program of this look, at a frame.

        Parameters
        ----------
        frame, first
            The frame's number, and for looks that count from the shot's start that of its first.
        timecode
            The frame's, for keys at timecodes.
        geometry
            Where the pixels lie in the display window, for looks with windows.

        Raises
        ------
        GraphError
            If the look changes in time and the frame, or the first of the shot, is not known.
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
            float16, uint16 or uint8, integers being 0..1 over their range, of NumPy, CuPy or a
            library with DLPack, such as PyTorch; or a ``Frame``, which stays one: color is
            replaced, other channels are kept, tags say the new space.
        output
            None: the first.
        device
            Where the array lies, unless given; ``cpu``, ``cuda``, ``cuda:1``, ``auto``. An array
            of the host is brought to the device and back. One that lies on a device is read and
            written there, on the current stream of CuPy, and nothing waits; it is never moved.
        threads
            On the CPU; None takes the settings'.
        out
            For arrays: where the result goes, the array itself included. It lies beside the array
            and may be of another library and type.
        alpha
            ``straight``, ``premultiplied`` or ``ignore``. Arrays are straight unless given, a
            frame knows its own.
        frame, first
            The frame number, for looks that change in time; and that of the shot's first, where
            keys count from there.
        inputs
            Pixels of other inputs by name, for arrays or instead of what is in their files. They
            lie beside the array.
        timecode
            Of an array, for keys at timecodes; a frame has its own.
        region, full
            For a crop: column and row of its first pixel in the full picture, and the width and
            height of that. The crop then gets the pixels of the full picture.
        pixel_aspect
            For arrays: width of a pixel over its height; None is 1. Windows stay round by it.

        Returns
        -------
        array or Frame
            Of the library, shape and type of ``picture``, or ``out``. Where its library has no
            ``from_dlpack`` it is an array of NumPy or CuPy.

        Raises
        ------
        PixelsError
            For what is neither, by its name.
        """
        options = ApplyOptions(
            output, device, threads, out, alpha, frame, first, inputs, region, full, pixel_aspect,
            timecode,
        )  # fmt: skip
        return apply(self, picture, options)

    # --- to look at -------------------------------------------------------------------------------

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
        """One pixel through every node, in serial order, mattes too.

        Parameters
        ----------
        picture
            A frame; an array (height, width, 3 or 4) of the host; or three numbers, which are a
            picture of one pixel, so that windows see it in their middle.
        x, y
            Column and row from the top left; of a frame the coordinates of its data window.
        output, frame, first, alpha, inputs
            As for :meth:`grade.Look.apply`.

        Returns
        -------
        list of ProbedNode
            The source, each node in the space that the next one is handed it in, and last what is
            stored, which has the bits that ``apply`` gives.

        Raises
        ------
        PixelsError
            If the pixel is not in the picture.
        """
        return probe(
            self, picture, x, y,
            output=output, frame=frame, first=first, alpha=alpha, inputs=inputs,
        )  # fmt: skip

    def _repr_svg_(self) -> str:
        """The graph in a notebook."""
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
        """Before | after, as it looks on an sRGB screen.

        Parameters
        ----------
        picture
            A frame, or an array (height, width, 3 or 4) of the host.
        wipe
            The part of the width that shows the picture without the look's nodes: 0 is none of it.
        output
            None: ``sdr``, else the first output for a display, else the first; one that is
            scene-referred is seen through the default view.
        frame, first, inputs
            As for :meth:`grade.Look.apply`.

        Raises
        ------
        PixelsError
            If ``wipe`` is not in 0..1, or ``picture`` is no picture.
        """
        return preview(self, picture, wipe, output, frame, first, inputs)

    def preview_matte(
        self,
        matte: Any,
        picture: Any,
        *,
        frame: float | None = None,
        first: float | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> Preview:
        """A matte as a grey picture: white where it is whole.

        Parameters
        ----------
        matte
            The name of a window, a key, a matte file or a combination of them; or a ``Matte``.
        picture, frame, first, inputs
            As for :meth:`preview`.

        Raises
        ------
        UnknownName
            Naming the nearest matte.
        """
        return preview_matte(self, matte, picture, frame, first, inputs)

    # --- files ------------------------------------------------------------------------------------

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the look; comments and layout of the file it came from survive.

        Returns
        -------
        Path
            The file.

        Raises
        ------
        GraphError
            If nodes have no names that tell them apart; the message has the line to add.
        """
        from grade.graph.file.save import save

        return save(self, Path(path))

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> Self:
        """Read a look file.

        Raises
        ------
        LookFileError
            With file, line, node and parameter, and the nearest name.
        """
        from grade.graph.file.load import load

        return load(path, cls)
