"""The graph of a look as SVG: its nodes, mattes, inputs and outputs.

The SVG has no style sheet and no ids, so several fit on one page. Boxes are filled, so it can be
read on a light page and on a dark one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from grade.graph.model.graph import Graph
from grade.graph.model.inputs import Input
from grade.graph.model.matte_text import expression_of
from grade.graph.model.naming import SOURCE
from grade.graph.model.outputs import is_delivery
from grade.graph.model.picture import Matte, Picture
from grade.graph.model.wire import Wire, walk
from grade.graph.viewing.svg_layout import Arrangement, Connection, arrange

FONT = "ui-sans-serif, system-ui, 'Segoe UI', Helvetica, Arial, sans-serif"
LINE, LIMIT = "#7f8896", "#9a7fd1"
FILLS = {
    "source": "#525b69",
    "picture": "#2f4b6e",
    "matte": "#5b4a86",
    "input": "#3b6650",
    "output": "#7a4f2b",
    "off": "#80858f",
}
WIDE, NARROW = 8.0, 6.6  # room for a letter of the first line, and of the others
LONGEST = 44
LEAST, SIDE, LANE, TRACK = 44, 14, 26, 12
FIRST, NEXT, PADDING = 17, 15, 8  # height of the first line, of the others, above and below them
PORT, SLOT, ROOM = 16, 8, 15  # from one connection to the next beside it, below it; from a box
MARGIN = 12


@dataclass(frozen=True)
class Box:
    """The box of a node: its text, its kind (a key of ``FILLS``), and a tooltip."""

    lines: tuple[str, ...]
    kind: str
    off: bool = False
    hint: str = ""

    @property
    def width(self) -> float:
        """The width in pixels, from the longest line."""
        first, *others = self.lines
        widest = max([len(first) * WIDE, *(len(line) * NARROW for line in others)])
        return max(LEAST, round(widest) + 2 * SIDE)

    @property
    def height(self) -> float:
        """The height in pixels, from the number of lines."""
        return FIRST + NEXT * (len(self.lines) - 1) + 2 * PADDING


def draw_graph(graph: Graph) -> str:
    """Draw the graph of a look as SVG.

    Each node stands below its inputs, with its name and op. Pictures are rectangles with round
    corners, mattes are hexagons, inputs from other files are slanted, and outputs have their space
    or view. A dashed line is a matte that limits a node. A grey box is switched off.

    Returns
    -------
    str
        The same text for the same look, on every host.
    """
    ends, outputs = _find_ends(graph)
    if not ends:
        ends = [graph.source]
    boxes = {wire: _make_box(graph, wire, outputs.get(wire)) for wire in walk(ends)}
    return _Drawing(graph.name, arrange(ends), boxes).render()


def _find_ends(graph: Graph) -> tuple[list[Wire], dict[Wire, str]]:
    """The box of every output, and its name; a conversion that only delivers is the box itself."""
    taken = {given for wire in walk(graph.outputs.values()) for given in wire.all_inputs}
    ends: list[Wire] = []
    names: dict[Wire, str] = {}
    for name, picture in graph.outputs.items():
        own = is_delivery(picture) and picture not in taken and picture not in names
        end = picture if own else Picture(inputs=(picture,))
        ends.append(end)
        names[end] = name
    return ends, names


def _make_box(graph: Graph, wire: Wire, output: str | None) -> Box:
    op = wire.op
    if output is not None:
        where = [] if op is None else [op.values.get(f) for f in ("dst", "display", "view")]
        return Box(_shorten(output, *(str(text) for text in where if text)), "output")
    if op is None:
        if not isinstance(wire, Matte):
            return Box(_shorten(SOURCE, str(graph.input or graph.working or "")), "source")
        places = graph.names.places
        words = expression_of(wire, {w: name for w, name in places.items() if w is not wire})
        return Box(_shorten(places.get(wire, ""), words), "matte")
    kind = "input" if isinstance(op, Input) else "matte" if isinstance(wire, Matte) else "picture"
    caption = op.kind + (", keys" if op.animated() else "")
    if op.amount != 1.0 and "amount" not in op.animated():
        caption += f", amount {op.amount:g}"
    return Box(_shorten(graph.names.places[wire], caption), kind, not op.values["enable"], repr(op))


def _shorten(*lines: str) -> tuple[str, ...]:
    """The lines that are not empty, cut to a length that fits."""
    return tuple(
        line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…" for line in lines if line
    )


class _Drawing:
    """Boxes and connections in pixels."""

    def __init__(self, title: str, plan: Arrangement, boxes: dict[Wire, Box]) -> None:
        self.title, self.plan, self.boxes = title, plan, boxes
        self.ports = self._assign_ports()
        self.middles, self.width = self._place_lanes()
        self.slots = self._assign_slots()
        self.tops, self.below, self.height = self._place_rows()

    def _place_lanes(self) -> tuple[dict[int, float], float]:
        """The middle of each lane, and the width of the drawing."""
        widest: dict[int, float] = {connection.lane: TRACK for connection in self.plan.connections}
        for wire, lane in self.plan.lanes.items():
            widest[lane] = max(widest.get(lane, 0), self._width_of(wire))
        middles, x = {}, float(MARGIN)
        for lane in sorted(widest):
            middles[lane] = x + widest[lane] / 2
            x += widest[lane] + LANE
        return middles, x - LANE + MARGIN

    def _width_of(self, wire: Wire) -> float:
        """The width of a box, with room for the connections that enter it."""
        ports = (
            abs(self.ports[connection])
            for connection in self.plan.connections
            if connection.end is wire
        )
        return max(self.boxes[wire].width, 2 * PORT * (max(ports, default=0) + 1))

    def _assign_ports(self) -> dict[Connection, int]:
        """Where each connection enters its node: 0 is the middle, below 0 is left of it."""
        ports: dict[Connection, int] = {}
        for wire, lane in self.plan.lanes.items():
            coming = [connection for connection in self.plan.connections if connection.end is wire]
            sides = {connection: self._lane_before(connection) - lane for connection in coming}
            taken: set[int] = set()
            for connection in sorted(coming, key=lambda e: abs(sides[e])):
                side = -1 if sides[connection] < 0 else 1
                port = 0 if sides[connection] == 0 or len(coming) == 1 else side
                while port in taken:
                    port += side
                taken.add(port)
                ports[connection] = port
        return ports

    def _lane_before(self, connection: Connection) -> int:
        """The lane from which a connection enters its node."""
        near = self.plan.rows[connection.start] + 1 == self.plan.rows[connection.end]
        return self.plan.lanes[connection.start] if near else connection.lane

    def _sideways(self, connection: Connection) -> list[tuple[int, float]]:
        """Where a connection goes sideways: the gap, by the row above it, and the x to go to."""
        start, end = self.plan.rows[connection.start], self.plan.rows[connection.end]
        x, lane = self.middles[self.plan.lanes[connection.start]], self.middles[connection.lane]
        port = self.middles[self.plan.lanes[connection.end]] + PORT * self.ports[connection]
        if start + 1 == end:
            return [(start, port)] if x != port else []
        first = [(start, lane)] if x != lane else []
        return first + ([(end - 1, port)] if lane != port else [])

    def _assign_slots(self) -> dict[tuple[int, Wire], int]:
        """The height in a gap, as a number, for the sideways lines from each node."""
        slots: dict[tuple[int, Wire], int] = {}
        used: dict[int, int] = {}
        for connection in self.plan.connections:
            for gap, _ in self._sideways(connection):
                if (gap, connection.start) not in slots:
                    slots[gap, connection.start] = used.get(gap, 0)
                    used[gap] = used.get(gap, 0) + 1
        return slots

    def _place_rows(self) -> tuple[list[float], list[float], float]:
        """The top of each row, the bottom of each row, and the height of the drawing."""
        count = 1 + max(self.plan.rows.values())
        tops, below, y = [], [], float(MARGIN)
        for row in range(count):
            tops.append(y)
            y += max(self.boxes[w].height for w, at in self.plan.rows.items() if at == row)
            below.append(y)
            lines = sum(gap == row for gap, _ in self.slots)
            y += 2 * ROOM + SLOT * max(0, lines - 1)
        return tops, below, below[-1] + MARGIN

    def render(self) -> str:
        """The SVG text."""
        width, height = round(self.width), round(self.height)
        parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="{FONT}" text-anchor="middle">',
            f"<title>{escape(self.title)}</title>",
            *(self._draw_connection(connection) for connection in self.plan.connections),
        ]
        for wire, box in self.boxes.items():
            parts += self._draw_box(wire, box)
        return "\n".join([*parts, "</svg>", ""])

    def _draw_connection(self, connection: Connection) -> str:
        x = self.middles[self.plan.lanes[connection.start]]
        row = self.plan.rows[connection.start]
        path = f"M{x:g} {self.tops[row] + self.boxes[connection.start].height:g}"
        for gap, to in self._sideways(connection):
            y = self.below[gap] + ROOM - 3 + SLOT * self.slots[gap, connection.start]
            path += f"V{y:g}H{to:g}"
            x = to
        end = self.tops[self.plan.rows[connection.end]]
        color, dash = (LIMIT, ' stroke-dasharray="5 3"') if connection.limits else (LINE, "")
        return (
            f'<path d="{path}V{end - 5:g}" fill="none" stroke="{color}" stroke-width="1.5"{dash}/>'
            f'<path d="M{x - 4:g} {end - 7:g}h8l-4 7z" fill="{color}"/>'
        )

    def _draw_box(self, wire: Wire, box: Box) -> Iterator[str]:
        middle, top = self.middles[self.plan.lanes[wire]], self.tops[self.plan.rows[wire]]
        width, height = self._width_of(wire), box.height
        left = middle - width / 2
        ground = FILLS["off" if box.off else box.kind]
        yield "<g>"
        if box.hint:
            yield f"<title>{escape(box.hint)}</title>"
        if box.kind in ("matte", "input"):
            slant = 8
            half = height / 2
            path = (
                f"M{left:g} {top + half:g}l{slant} {-half:g}h{width - 2 * slant:g}"
                f"l{slant} {half:g}l{-slant} {half:g}h{2 * slant - width:g}z"
                if box.kind == "matte"
                else f"M{left + slant:g} {top:g}h{width - slant:g}l{-slant} {height:g}"
                f"h{slant - width:g}z"
            )
            yield f'<path d="{path}" fill="{ground}"/>'
        else:
            round_ = {"source": height / 2, "output": 0}.get(box.kind, 6)
            yield (
                f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" '
                f'rx="{round_:g}" fill="{ground}"/>'
            )
        for number, line in enumerate(box.lines):
            style = 'font-size="11" fill="#dde3ec"'
            if number == 0:
                style = 'font-size="13" fill="#fff" font-weight="600"'
            y = top + PADDING + FIRST - 4 + NEXT * number
            yield f'<text x="{middle:g}" y="{y:g}" {style}>{escape(line)}</text>'
        yield "</g>"
