"""The values of the uniforms of a look at a frame."""

from __future__ import annotations

from functools import partial
from math import floor
from typing import Any, NamedTuple

from grade.graph.errors import GraphError
from grade.graph.model.graph import Graph
from grade.graph.tracing.geometry import FRAME, Geometry
from grade.ir.program import Program
from grade.op import Animation, Op, ParameterError
from grade.science.timecode import count_frames


class PictureTime(NamedTuple):
    """The time of a picture: its frame as keys count it, and its timecode."""

    frame: float | None = None
    timecode: str | None = None


def value_at(op: Op, node: str, field: str, time: PictureTime) -> Any:
    """The value of a parameter at a time.

    Raises
    ------
    GraphError
        If the parameter has keyframes and the frame, or the timecode for its keys, is not known.
    """
    value = op.values[field]
    if not isinstance(value, Animation):
        return value
    frame = time.frame
    if value.rate is not None:
        if time.timecode is None:
            raise GraphError(
                f"{node}.{field} has keys at timecodes, and the picture has no timecode; give it,"
                ' as in look.apply(picture, timecode="01:00:00:00")'
            )
        frame = count_frames(time.timecode, value.rate)
    if frame is None:
        raise GraphError(
            f"{node}.{field} has keyframes, and the picture has no frame number; give it, as in"
            " look.apply(picture, frame=1001)"
        )
    return value.at(frame)


def op_at(op: Op, node: str, time: PictureTime) -> Op:
    """The op at a time, without keyframes.

    Raises
    ------
    GraphError
        As :func:`value_at`.
    ParameterError
        If the values at this time are not ones that the op takes, such as those of a curve that
        overshoots.
    """
    animated = op.animated()
    if not animated:
        return op
    return op.still({field: value_at(op, node, field, time) for field in animated}, node)


UNKNOWN_TIME = PictureTime()


def numbers_of(ops: dict[str, Op], time: PictureTime = UNKNOWN_TIME) -> dict[str, float]:
    """Every number of every op at a time, by its full name, such as ``trim.slope.r``."""
    found: dict[str, float] = {}
    for node, op in ops.items():
        if op.animated():
            own = _numbers_of_op(op, node, time)
        else:
            own = op.remember(f"numbers of {node}", partial(_numbers_of_op, op, node, UNKNOWN_TIME))
        found.update(own)
    return found


def _numbers_of_op(op: Op, node: str, time: PictureTime) -> dict[str, float]:
    found: dict[str, float] = {}
    op = op_at(op, node, time)
    for field, param in op.params().items():
        value = op.values[field]
        for suffix, number in zip(param.names(value), param.flatten(value), strict=True):
            found[f"{node}.{field}{suffix}"] = number
    return found


def uniform_values(
    graph: Graph,
    program: Program,
    frame: float | None = None,
    geometry: Geometry | None = None,
    first: float | None = None,
    timecode: str | None = None,
) -> list[float]:
    """The values of the uniforms of a program at a frame; see ``Look.uniform_values``."""
    ops = graph.names.ops
    if not graph.animated:
        known = graph.memory.remember("numbers", lambda: numbers_of(ops))
    else:
        time = key_time(graph, frame, first, timecode)
        try:
            known = numbers_of(ops, time)
        except ParameterError as error:
            raise ParameterError(f"{error}, {_at(frame, timecode)}") from None
    if geometry is not None:
        known = known | geometry.numbers()
    known = known | {FRAME: 0 if frame is None else floor(frame)}
    return [known[uniform.name] for uniform in program.uniforms]


def _at(frame: float | None, timecode: str | None) -> str:
    return f"at {timecode}" if frame is None else f"at frame {frame:g}"


def key_time(
    graph: Graph, frame: float | None, first: float | None, timecode: str | None
) -> PictureTime:
    """The time of a frame as keys count it."""
    if graph.time == "frame" or frame is None:
        return PictureTime(frame, timecode)
    if first is None:
        raise GraphError(
            f"the look {graph.name} has keyframes that count from the first frame of the shot;"
            " give its number, as in look.apply(picture, frame=1010, first=1001)"
        )
    return PictureTime(frame - first, timecode)
