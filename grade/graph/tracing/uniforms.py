"""The numbers of a look: what every uniform is, at a frame."""

from __future__ import annotations

from functools import partial
from typing import Any, NamedTuple

from grade.graph.errors import GraphError
from grade.op import Animation, Op
from grade.science.timecode import count_frames


class Moment(NamedTuple):
    """When a picture is: its frame as keys count it, and its timecode."""

    frame: float | None = None
    timecode: str | None = None


def value_at(op: Op, node: str, field: str, moment: Moment) -> Any:
    """The value of a parameter at a moment.

    The one place where a value meets time.

    Raises
    ------
    GraphError
        If it changes in time and the frame, or the timecode that its keys are at, is not known.
    """
    value = op.values[field]
    if not isinstance(value, Animation):
        return value
    frame = moment.frame
    if value.rate is not None:
        if moment.timecode is None:
            raise GraphError(
                f"{node}.{field} has keys at timecodes, and the picture has none: give it, as in"
                ' look.apply(picture, timecode="01:00:00:00")'
            )
        frame = count_frames(moment.timecode, value.rate)
    if frame is None:
        raise GraphError(
            f"{node}.{field} has keyframes, so a picture has no number of its own: give the frame,"
            " as in look.apply(picture, frame=1001)"
        )
    return value.at(frame)


NOW = Moment()


def numbers(ops: dict[str, Op], moment: Moment = NOW) -> dict[str, float]:
    """Every number of every op by its full name, such as ``trim.slope.r``."""
    found: dict[str, float] = {}
    for node, op in ops.items():
        if op.animated():
            own = _of(op, node, moment)
        else:
            own = op.known(f"numbers of {node}", partial(_of, op, node, NOW))
        found.update(own)
    return found


def _of(op: Op, node: str, moment: Moment) -> dict[str, float]:
    found: dict[str, float] = {}
    for field, param in op.params().items():
        value = value_at(op, node, field, moment)
        for suffix, number in zip(param.names(value), param.flatten(value), strict=True):
            found[f"{node}.{field}{suffix}"] = number
    return found
