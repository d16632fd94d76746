"""Keyframes: a value that changes from frame to frame.

Values between keyframes are computed in plain float64 arithmetic in written order. So the value at
a frame is the same number on every host and in every chunk of a render.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from grade.errors import RequestError
from grade.science import timecode
from grade.suggestion import suggest

EASES = ("linear", "smooth", "hold", "bezier")
STRAIGHT = (1 / 3, 1 / 3, 2 / 3, 2 / 3)


class AnimationError(RequestError):
    """A keyframe is not valid; the message names it and says what is."""


@dataclass(frozen=True, slots=True)
class Key:
    """A keyframe: a value at a frame, and the easing from the keyframe before.

    Attributes
    ----------
    frame
        Its frame; fractions are allowed.
    value
        The parameter's whole value: a number, three numbers, points.
    ease
        ``linear``; ``smooth``, slow at both ends, 3 t**2 - 2 t**3; ``hold``, the value before
        stays until this frame; ``bezier``, by ``handles``.
    handles
        x1, y1, x2, y2 of a cubic Bezier from (0, 0) to (1, 1): x is time, y the way from the
        keyframe before to this one. The x lie in 0..1, so every frame has one value; y may
        overshoot. A frame whose value breaks a limit is refused: by ``apply``, and by a job before
        its first frame.
    """

    frame: float
    value: Any
    ease: str = "linear"
    handles: tuple[float, float, float, float] = STRAIGHT

    def __post_init__(self) -> None:
        if self.ease not in EASES:
            raise AnimationError(
                f"ease {self.ease!r} of the key at {format_frame(self.frame)}:"
                f" takes {', '.join(EASES)}."
                + (suggest(self.ease, EASES) if isinstance(self.ease, str) else "")
            )
        if not 0 <= self.handles[0] <= 1 or not 0 <= self.handles[2] <= 1:
            raise AnimationError(
                f"handles {list(self.handles)} of the key at {format_frame(self.frame)}:"
                " x1 and x2 lie in 0..1, or a frame would have several values"
            )

    def progress(self, t: float) -> float:
        """The part of the way to this keyframe that is done at the fraction ``t`` of the time."""
        if self.ease == "hold":
            return 0.0
        if self.ease == "smooth":
            return t * t * (3.0 - 2.0 * t)
        if self.ease == "bezier":
            x1, y1, x2, y2 = self.handles
            return _cubic(y1, y2, _solve_parameter(x1, x2, t))
        return t


@dataclass(frozen=True, slots=True)
class Animation:
    """Keyframes in the order of their frames; before the first and after the last, the value holds.

    Attributes
    ----------
    keys
        The keyframes.
    rate
        Frames per second. If it is given, the frames of the keyframes count from timecode
        00:00:00:00.

    >>> fade = Animation.of({1001: 0.0, 1040: {"value": 0.35, "ease": "smooth"}})
    >>> [round(fade.at(frame), 6) for frame in (990, 1001, 1020.5, 1040, 1100)]
    [0.0, 0.0, 0.175, 0.35, 0.35]
    """

    keys: tuple[Key, ...]
    rate: float | None = None

    @classmethod
    def of(cls, keys: Mapping[Any, Any] | Iterable[Key], rate: float | None = None) -> Animation:
        """From keyframes, or from ``{frame: value}`` and ``{frame: {value, ease, handles}}``.

        All frames may be timecodes instead, at ``rate`` frames per second.

        Raises
        ------
        AnimationError
            If there is no keyframe, two are at one frame, or an entry is not valid.
        """
        timed = isinstance(keys, Mapping) and any(":" in str(frame) for frame in keys)
        if timed and rate is None:
            raise AnimationError(
                "keys at timecodes need the rate that these count at, as in rate: 24 of the look"
            )
        made = (
            [_parse_key(frame, entry, rate if timed else None) for frame, entry in keys.items()]
            if isinstance(keys, Mapping)
            else list(keys)
        )
        made.sort(key=lambda key: key.frame)
        if not made:
            raise AnimationError("an animation without keys; give {frame: value}")
        for before, after in pairwise(made):
            if before.frame == after.frame:
                raise AnimationError(f"two keys at {format_frame(after.frame)}")
        timed = timed or not isinstance(keys, Mapping)
        return cls(tuple(made), float(rate) if timed and rate is not None else None)

    def with_key(
        self, frame: float | str, value: Any, ease: str = "linear", handles: Any = None
    ) -> Animation:
        """Add a keyframe; one at the same frame or timecode is replaced."""
        key = _parse_key(frame, {"value": value, "ease": ease, "handles": handles}, self.rate)
        others = [k for k in self.keys if k.frame != key.frame]
        return Animation.of([*others, key], self.rate)

    def key_at(self, frame: float | str) -> Key | None:
        """The keyframe at a frame or timecode; None where there is none."""
        try:
            wanted = _parse_key(frame, None, self.rate).frame
        except AnimationError:
            return None
        return next((key for key in self.keys if key.frame == wanted), None)

    def at_key(self, frame: float | str) -> Any:
        """The value at a frame, or at a timecode of an animation whose keys have such."""
        return self.at(_parse_key(frame, None, self.rate).frame)

    def with_values(self, change: Callable[[Any], Any]) -> Animation:
        """The same keyframes with ``change`` applied to every value."""
        return replace(self, keys=tuple(replace(k, value=change(k.value)) for k in self.keys))

    def at(self, frame: float) -> Any:
        """The value at a frame; at a keyframe it is exactly that keyframe's."""
        place = bisect_left(self.keys, frame, key=lambda key: key.frame)
        if place == len(self.keys):
            return self.keys[-1].value
        after = self.keys[place]
        if place == 0 or frame == after.frame:
            return after.value
        before = self.keys[place - 1]
        t = (frame - before.frame) / (after.frame - before.frame)
        return blend(before.value, after.value, after.progress(t))

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys)

    def __len__(self) -> int:
        return len(self.keys)

    def __repr__(self) -> str:
        return f"Animation({', '.join(f'{format_frame(k.frame)}: {k.value!r}' for k in self.keys)})"

    def to_mapping(self) -> dict[str, Any]:
        """The mapping in a look file: frames to values, or to entries if ``ease`` is not linear."""
        found: dict[str, Any] = {}
        for key in self.keys:
            entry: Any = key.value
            if key.ease != "linear":
                entry = {"value": key.value, "ease": key.ease}
            if key.ease == "bezier":
                entry["handles"] = key.handles
            at = (
                format_frame(key.frame)
                if self.rate is None
                else timecode.format_timecode(int(key.frame), self.rate)
            )
            found[at] = entry
        return found


def first_value(value: Any) -> Any:
    """A value, or that of its first keyframe: all keyframes of a parameter share its structure."""
    return value.keys[0].value if isinstance(value, Animation) else value


def blend(a: Any, b: Any, t: float) -> Any:
    """``a + t (b - a)``, number by number; the ends are exact."""
    if hasattr(a, "blend_with"):
        return a.blend_with(b, t)
    if isinstance(a, tuple):
        return tuple(blend(x, y, t) for x, y in zip(a, b, strict=True))
    if t == 0.0 or a == b:
        return a
    return b if t == 1.0 else a + t * (b - a)


def format_frame(frame: float) -> str:
    """A frame number as text, without decimals where it is whole."""
    return str(int(frame)) if float(frame).is_integer() else repr(float(frame))


def is_keyframes(value: Any) -> bool:
    """Whether a mapping is keyframes: its keys are frame numbers or timecodes."""
    return isinstance(value, Mapping) and bool(value) and all(map(_is_frame, value))


def _is_frame(key: Any) -> bool:
    if isinstance(key, str):
        return key[:1].isdigit() or (key[:1] == "-" and key[1:2].isdigit())
    return isinstance(key, int | float) and not isinstance(key, bool)


def _parse_key(frame: Any, entry: Any, rate: float | None = None) -> Key:
    if rate is not None:
        try:
            frame = timecode.count_frames(str(frame), rate)
        except timecode.TimecodeError as error:
            raise AnimationError(f"key {frame!r}: {error}") from None
    if isinstance(frame, str):
        try:
            frame = float(frame)
        except ValueError:
            raise AnimationError(f"key {frame!r}: a key is a frame number") from None
    if isinstance(frame, bool) or not isinstance(frame, int | float) or frame - frame != 0:
        raise AnimationError(f"key {frame!r}: a key is a frame number")
    if not isinstance(entry, Mapping) or not set(entry) & {"value", "ease", "handles"}:
        return Key(float(frame), entry)  # a value may be a mapping by itself, as a band is
    unknown = set(entry) - {"value", "ease", "handles"}
    if unknown or "value" not in entry:
        what = f"no entry {min(map(str, unknown))!r}" if unknown else "value: missing"
        raise AnimationError(
            f"key {format_frame(frame)}: {what}; a key is a value, or {{value, ease, handles}}"
        )
    handles = entry.get("handles")
    if handles is None:
        return Key(float(frame), entry["value"], entry.get("ease", "linear"))
    try:
        x1, y1, x2, y2 = (float(v) for v in handles)
    except (TypeError, ValueError):
        raise AnimationError(
            f"handles {handles!r} of the key at {format_frame(frame)}: takes [x1, y1, x2, y2]"
        ) from None
    return Key(float(frame), entry["value"], entry.get("ease", "bezier"), (x1, y1, x2, y2))


def _cubic(p1: float, p2: float, s: float) -> float:
    """A coordinate of the Bezier from 0 to 1 at the parameter ``s``."""
    r = 1.0 - s
    return s * (3.0 * r * (r * p1 + s * p2) + s * s)


def _solve_parameter(x1: float, x2: float, t: float) -> float:
    """The parameter at which the Bezier's x is ``t``, by bisection: x ascends."""
    low, high = 0.0, 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        if _cubic(x1, x2, middle) < t:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)
