"""``Look``: a named graph of nodes, its spaces, its outputs."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from importlib import import_module
from math import floor
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from grade.graph.adjusting import Adjustable
from grade.graph.errors import GraphError, UnknownName
from grade.graph.identity.identity import digest, meaning
from grade.graph.model import placed
from grade.graph.model.inputs import Input
from grade.graph.model.knobs import NodeView
from grade.graph.model.naming import Names, name_nodes
from grade.graph.model.outputs import Outputs
from grade.graph.model.placed import Placed
from grade.graph.model.wire import Picture, begins, walk
from grade.graph.showing import Shown
from grade.graph.tracing.ends import is_delivery, space_of
from grade.graph.tracing.geometry import FRAME, Geometry
from grade.graph.tracing.pixels import Alpha
from grade.graph.tracing.uniforms import Moment, numbers
from grade.ir.dither import Dither
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.op import Op, suggestion

if TYPE_CHECKING:
    from grade.graph.tracing.trace import Edge

Time = Literal["frame", "shot"]


class Look(Adjustable, Shown):
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

    def __init__(
        self,
        name: str,
        input: str | None = None,
        working: str | None = None,
        config: str | os.PathLike[str] | None = None,
        intent: str = "",
        time: Time = "frame",
        rate: float | None = None,
    ) -> None:
        if not isinstance(name, str) or not name.strip():
            raise GraphError(f"look name {name!r}: give it a word, such as night")
        for field, space in (("input", input), ("working", working)):
            if space is not None and not isinstance(space, str):
                raise GraphError(f"{field} = {space!r}: takes the name of a space, or None")
        if time not in ("frame", "shot"):
            raise GraphError(f"time = {time!r}: takes frame or shot")
        self.name, self.input, self.working = name, input, working
        self.config = None if config is None else os.fspath(config)
        if rate is not None and not 1 <= rate <= 1000:
            raise GraphError(f"rate = {rate!r}: takes frames per second, 1 to 1000")
        self.intent, self.time = intent, time
        self.rate = None if rate is None else float(rate)
        self.source = begins(Picture(), self)
        self.knobs: dict[str, str] = {}
        self.versions: dict[str, dict[str, Any]] = {}
        self.pinned: str | None = None
        self.text: str | None = None
        self._made: dict[Any, Any] = {}
        self._outputs = Outputs(self.source, self._changed)

    def _changed(self) -> None:
        self._made = {}
        self.names  # noqa: B018  two nodes of one name are refused where the second one comes in

    def _once(self, key: Any, make: Any) -> Any:
        if key not in self._made:
            self._made[key] = make()
        return self._made[key]

    # --- what there is ----------------------------------------------------------------------------

    @property
    def outputs(self) -> Outputs:
        """The ends, by name."""
        return self._outputs

    @property
    def output(self) -> Picture:
        """The only or first output."""
        return self.outputs[self.output_name(None)]

    def output_name(self, output: str | None) -> str:
        """The name of an output; None means the first.

        Raises
        ------
        UnknownName
            If there is none, or none of this name.
        """
        wanted = next(iter(self.outputs), "master") if output is None else output
        self.outputs[wanted]
        return wanted

    @property
    def names(self) -> Names:
        """The names of nodes."""

        def make() -> Names:
            wires = list(walk(self.outputs.values()))
            inner = {given for wire in wires for given in wire.before}
            return name_nodes(w for w in wires if w in inner or not is_delivery(w))

        names: Names = self._once("names", make)
        return names

    def nodes(self) -> list[Placed]:
        """What makes pictures, in serial order, other inputs included.

        What only brings an output to its space is not among them.
        """
        return placed.pictures(self)

    def mattes(self) -> list[Placed]:
        """Windows, keys and mattes from files, in serial order."""
        return placed.mattes(self)

    def inputs(self, output: str | None = None) -> dict[str, Input]:
        """What an output takes beside the plate, by name, in the order of a program's sources."""
        return placed.inputs(self, self.output_name(output))

    def __getitem__(self, node: str) -> NodeView:
        """A node: its values, and its knobs to set keys on, ``look["open"].stops.key(1001, 0.0)``.

        Raises
        ------
        UnknownName
            Naming the nearest node.
        """
        return NodeView(self, node, self.op(node))

    def op(self, node: str) -> Op:
        """The op of a node.

        Raises
        ------
        UnknownName
            Naming the nearest node.
        """
        names = self.names
        if node in names.ops:
            return names.ops[node]
        for picture, name in names.places.items():
            if name == node and picture.op is not None:
                return picture.op
        raise UnknownName(
            f"the look {self.name} has no node {node!r}.{_near(node, names, self.knobs)}"
        )

    def __contains__(self, node: object) -> bool:
        return node in self.names.ops or node in self.names.places.values()

    def __eq__(self, other: object) -> bool:
        """Whether two looks mean the same: nodes, values, spaces, config; not name or intent."""
        return self is other or (isinstance(other, Look) and self.hash == other.hash)

    def __repr__(self) -> str:
        chain = " >> ".join(placed.name for placed in self.nodes())
        return f"Look({self.name}: {chain or 'no nodes'} -> {', '.join(self.outputs) or 'nowhere'})"

    @property
    def hash(self) -> str:
        """sha256 of what the look means; formatting, name, intent and notes do not count."""
        return str(self._once("hash", lambda: digest(meaning(self))))

    def diff(self, other: Look) -> list[str]:
        """What another look does differently, in sentences, in the order of the graph.

        As ``trim.slope 1.04, 1, 0.97 -> 1.1, 1, 0.95``, ``warm_skin: added``, ``open.stops: key
        1040 0.35 -> 0.5``. Empty where both are equal, knobs and versions included.
        """
        from grade.graph.difference import difference

        return difference(self, other)

    # --- colour -----------------------------------------------------------------------------------

    @property
    def configuration(self) -> Any:
        """The opened :class:`grade.color.config.config.Config`.

        Raises
        ------
        GraphError
            If the look is pinned to one config and ``$OCIO`` names another.
        ConfigError
            If it cannot be found or read.
        """
        from grade.graph.identity.configuration import open_configuration

        return self._once("config", lambda: open_configuration(self))

    def edges(self, output: str | None = None) -> list[Edge]:
        """The spaces along the way to an output, source first."""
        from grade.graph.tracing.trace import trace

        pixels = Layout(3)
        name = self.output_name(output)
        return list(trace(self, name, pixels, pixels, "none").edges)

    def output_space(self, output: str | None = None) -> str | None:
        """The space that an output is in; None where it is not known."""
        return space_of(self, self.outputs[self.output_name(output)])

    def output_is_display(self, output: str | None = None) -> bool:
        """Whether an output is for a display, and not scene-referred."""
        space = self.output_space(output)
        return space is not None and bool(self.configuration.space(space).is_display)

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
        from grade.graph.tracing.trace import trace

        name = self.output_name(output)
        key = ("program", name, source, target, alpha, tuple((inputs or {}).items()), dither)
        traced: Program = self._once(
            key, lambda: trace(self, name, source, target, alpha, inputs, dither).program
        )
        return traced

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
        if not self.animated:
            known: dict[str, float] = self._once("numbers", lambda: numbers(self.names.ops))
        else:
            known = numbers(self.names.ops, self._moment(frame, first, timecode))
        if geometry is not None:
            known = known | geometry.numbers()
        known = known | {FRAME: 0 if frame is None else floor(frame)}
        return [known[uniform.name] for uniform in program.uniforms]

    def _moment(self, frame: float | None, first: float | None, timecode: str | None) -> Moment:
        """The time of a frame as keys count it."""
        if self.time == "frame" or frame is None:
            return Moment(frame, timecode)
        if first is None:
            raise GraphError(
                f"the look {self.name} has keyframes that count from the first frame of the shot;"
                " say which that is, as in look.apply(picture, frame=1010, first=1001)"
            )
        return Moment(frame - first, timecode)

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
        from grade.graph.running.apply import Asked, apply

        asked = Asked(
            output, device, threads, out, alpha, frame, first, inputs, region, full, pixel_aspect,
            timecode,
        )  # fmt: skip
        return apply(self, picture, asked)

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
    def load(cls, path: str | os.PathLike[str]) -> Look:
        """Read a look file.

        Raises
        ------
        LookFileError
            With file, line, node and parameter, and the nearest name.
        """
        from grade.graph.file.load import load

        return load(path)

    # --- jobs -------------------------------------------------------------------------------------

    def render(
        self,
        input: str | os.PathLike[str],
        outputs: str | os.PathLike[str] | Mapping[str, str | os.PathLike[str]],
        **options: Any,
    ) -> Any:
        """Grade a still, a sequence or a movie onto disk, as ``grade.render(look, ...)`` does.

        Parameters
        ----------
        input
            The plate: a file or a pattern, such as ``plates/sh010.####.exr``.
        outputs
            A file or a pattern, for the only or first output; or output to file or pattern.
        **options
            ``progress=``, ``stop=``, ``dry_run=`` and the flags of ``grade render``; see
            ``grade.render.job.render``.

        Returns
        -------
        grade.render.Report
            The outcome of each frame.

        Raises
        ------
        RequestError
            Something about the request is wrong, and nothing was written.
        """
        # The one call to a higher floor: rendering knows looks, and no look knows rendering until
        # it is asked to. By name, so that this room does not import the one above it.
        return import_module("grade.render.job").render(self, input, outputs, **options)


def _near(node: str, names: Names, knobs: Iterable[str]) -> str:
    """The nearest node or knob: where a knob is set, it stands in the place of a node."""
    known = {*names.ops, *names.places.values(), *knobs}
    return suggestion(node, known) if known else " It has none."
