"""Checks the values of keyframes at every frame of a job, before the first one is rendered."""

from __future__ import annotations

from collections.abc import Iterable

from grade.graph.look import Look
from grade.graph.tracing.uniforms import PictureTime, key_time, op_at
from grade.io import format_ranges
from grade.op import Op, ParameterError
from grade.render.errors import PlanError
from grade.render.frame_selection import Task
from grade.science.timecode import TimecodeError, count_frames, format_timecode


def check_keyframes(
    look: Look, first: int, tasks: Iterable[Task], known: tuple[int, str | None]
) -> None:
    """Raise `PlanError` if a node does not take the values of its keyframes at a frame.

    Parameters
    ----------
    look, first
        The look, and the first frame of the shot.
    tasks
        Every frame of the job, those of other chunks included: all chunks are refused alike.
    known
        The number of a frame of the plate, and its timecode. That of the others is taken to run on
        from there.
    """
    animated = {node: (op, _span(op)) for node, op in look.names.ops.items() if op.animated()}
    if not animated:
        return
    reasons: dict[tuple[str, PictureTime], str] = {}
    frames: dict[str, list[tuple[int, str]]] = {}
    for task in tasks:
        time = key_time(look, task.number, first, _timecode_of(look, task, *known))
        for node, (op, span) in animated.items():
            moment = time if span is None else _within(time, *span)
            if (node, moment) not in reasons:
                reasons[node, moment] = _refusal(op, node, moment)
            if reason := reasons[node, moment]:
                frames.setdefault(node, []).append((task.number, reason))
    if frames:
        node, refused = next(iter(frames.items()))
        bad, reason = [number for number, _ in refused], refused[0][1]
        more = "".join(f"; {other} too" for other in frames if other != node)
        which = f"frame {bad[0]}" if len(bad) == 1 else f"frames {format_ranges(bad)}"
        raise PlanError(
            f"{which}: {reason}: that is what the keys give there{more}; move a key or its handles,"
            " or render other frames"
        )


def _refusal(op: Op, node: str, time: PictureTime) -> str:
    """Why a node does not take its values at a time; empty if it does."""
    try:
        op_at(op, node, time)
    except ParameterError as error:
        return str(error)
    return ""


def _span(op: Op) -> tuple[float, float] | None:
    """The first and the last frame of its keys; None if there are keys at timecodes."""
    animations = [op.values[field] for field in op.animated()]
    if any(animation.rate is not None for animation in animations):
        return None
    frames = op.key_frames()
    return frames[0], frames[-1]


def _within(time: PictureTime, first: float, last: float) -> PictureTime:
    """The time, or the nearest one with the same values: beyond its keys a value holds."""
    frame = time.frame
    if frame is None or first <= frame <= last:
        return time
    return PictureTime(first if frame < first else last)


def _timecode_of(look: Look, task: Task, number: int, timecode: str | None) -> str | None:
    """The timecode of a frame, counted from that of another; None where there is none."""
    if timecode is None or look.rate is None:
        return timecode
    try:
        count = count_frames(timecode, look.rate) + task.source - number
    except TimecodeError:  # said where the frame is rendered
        return timecode
    return format_timecode(max(count, 0), look.rate, drop=";" in timecode)
