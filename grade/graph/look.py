"""``Look``: a named graph of nodes, its spaces, its outputs."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from grade.graph import change
from grade.graph.ends import is_delivery, space_of
from grade.graph.errors import GraphError, UnknownName
from grade.graph.meaning import digest, meaning
from grade.graph.naming import SOURCE, Names, name_nodes
from grade.graph.outputs import Outputs
from grade.graph.picture import Picture, walk
from grade.graph.pixels import Alpha
from grade.graph.values import numbers
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.op import Op, suggestion

if TYPE_CHECKING:
    from grade.graph.trace import Edge

Time = Literal["frame", "shot"]


class Placed(NamedTuple):
    """A node in its place: its name, its op, and the names of the pictures it takes."""

    name: str
    op: Op
    inputs: tuple[str, ...]


class Look:
    """A look.

    Nodes are joined from :attr:`source` by ``>>`` and end in :attr:`outputs`. Apart from that
    mapping a look does not change: :meth:`set` and :meth:`without` give new ones.

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
        self.intent, self.time = intent, time
        self.source = Picture()
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
            pictures = list(walk(self.outputs.values()))
            inner = {given for picture in pictures for given in picture.inputs}
            return name_nodes(
                p for p in pictures if p.op is not None and not (is_delivery(p) and p not in inner)
            )

        names: Names = self._once("names", make)
        return names

    def nodes(self) -> list[Placed]:
        """The nodes in serial order; what only brings an output to its space is not among them."""
        places = self.names.places
        return [
            Placed(name, picture.op, tuple(places.get(p, SOURCE) for p in picture.inputs))
            for picture, name in places.items()
            if picture.op is not None
        ]

    def __getitem__(self, node: str) -> Op:
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
        raise UnknownName(f"the look {self.name} has no node {node!r}.{_near(node, names)}")

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

    # --- other looks ------------------------------------------------------------------------------

    def set(self, values: Mapping[str, Any]) -> Look:
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

    def without(self, *nodes: str) -> Look:
        """A look without some nodes: what followed them takes their first picture.

        Raises
        ------
        UnknownName
            Naming the nearest node.
        """
        return change.without(self, nodes)

    def with_input(self, space: str | None) -> Look:
        """A look for plates in another space."""
        return change.rebuilt(self, {}, input=space)

    # --- colour -----------------------------------------------------------------------------------

    @property
    def configuration(self) -> Any:
        """The opened :class:`grade.color.config.Config`.

        Raises
        ------
        GraphError
            If the look is pinned to one config and ``$OCIO`` names another.
        ConfigError
            If it cannot be found or read.
        """
        from grade.graph.configuration import open_configuration

        return self._once("config", lambda: open_configuration(self))

    def edges(self, output: str | None = None) -> list[Edge]:
        """The spaces along the way to an output, source first."""
        from grade.graph.trace import trace

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

        Raises
        ------
        GraphError, DomainError, RequestError
            If the look cannot be traced; the message has the remedy.
        """
        from grade.graph.trace import trace

        name = self.output_name(output)
        key = ("program", name, source, target, alpha)
        traced: Program = self._once(key, lambda: trace(self, name, source, target, alpha).program)
        return traced

    def uniform_values(self, program: Program, frame: int | None = None) -> list[float]:
        """The number of every uniform of a program of this look, at a frame."""
        known: dict[str, float] = self._once(
            ("numbers", frame), lambda: numbers(self.names.ops, frame)
        )
        return [known[uniform.name] for uniform in program.uniforms]

    def apply(
        self,
        picture: Any,
        *,
        output: str | None = None,
        device: str | None = None,
        threads: int | None = None,
        out: Any = None,
        alpha: str | None = None,
        frame: int | None = None,
    ) -> Any:
        """Grade an array or a frame.

        Parameters
        ----------
        picture
            An array (height, width, 3 or 4) or (pictures, height, width, 3 or 4) of float32,
            float16, uint16 or uint8, integers being 0..1 over their range; or a ``Frame``, which
            stays one: color is replaced, other channels are kept, tags say the new space.
        output
            None: the first.
        device
            ``cpu`` unless given; ``cuda``, ``cuda:1``, ``auto``.
        threads
            On the CPU; None takes the settings'.
        out
            For arrays: where the result goes, the array itself included.
        alpha
            ``straight``, ``premultiplied`` or ``ignore``. Arrays are straight unless given, a
            frame knows its own.
        frame
            The frame number, for looks that change in time.

        Returns
        -------
        ndarray or Frame
            Of the shape and type of ``picture``, or ``out``.

        Raises
        ------
        PixelsError
            For what is neither, by its name.
        """
        from grade.graph.apply import apply

        return apply(self, picture, output, device, threads, out, alpha, frame)

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


def _near(node: str, names: Names) -> str:
    known = {*names.ops, *names.places.values()}
    return suggestion(node, known) if known else " It has none."
