"""The difference between two pictures: absolute, relative, as light, and where it is largest.

Rules: equal numbers, equal infinities and two NaN have a difference of 0. A NaN against a number,
and an infinity against anything else, have an infinite one, so that it never hides in a mean.
Integers are normalized to 0..1 first. Relative is ``|a - b| / max(|a|, |b|)``, 0 where both are 0.
As light, pictures of a display are apart by dE ITP, pictures of a scene by codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grade.errors import RequestError
from grade.qc.limits import Limits, UnknownLight
from grade.qc.picture_light import (
    UNKNOWN,
    Kind,
    PictureLight,
    light_of_frame,
    light_of_space,
    measure_distance,
)

if TYPE_CHECKING:
    from grade.io import Frame

_ALPHA = 1 / 1023  # a difference of alpha that limits of light pass: one code of 10 bits
_ROWS = 128  # compared at a time, so that memory does not grow with the size of the picture


class NotComparable(RequestError):
    """Two pictures that cannot be compared as asked, because of their windows or their tags."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Figures of the difference over all pixels and color channels of two pictures.

    ``maximum``, ``mean`` and ``p99`` are absolute. ``x, y`` is the place of the maximum in the
    coordinates of the file, y down, and ``a`` and ``b`` are the numbers there. ``kind`` says what
    the pictures mean, ``display`` or ``scene``, and ``light`` how that is known. The ``itp_*``
    figures are dE ITP of display-referred pictures, the ``codes_*`` figures codes of scene-referred
    ones; those of the other kind are None. ``alpha_maximum`` is the largest difference of alpha.
    """

    maximum: float
    mean: float
    p99: float
    relative: float
    x: int
    y: int
    channel: str
    a: float
    b: float
    itp_maximum: float | None = None
    itp_mean: float | None = None
    itp_p99: float | None = None
    codes_maximum: float | None = None
    codes_mean: float | None = None
    codes_p99: float | None = None
    alpha_maximum: float = 0.0
    kind: Kind | None = None
    light: str | None = None
    frame: int | None = None

    @property
    def identical(self) -> bool:
        """Whether every number is equal."""
        return self.maximum == 0.0

    @property
    def distance(self) -> float | None:
        """The largest difference as light, in the unit of the kind."""
        return self.itp_maximum if self.kind == "display" else self.codes_maximum

    def judge(self, limits: Limits) -> str:
        """Say why the pictures are past the limits; empty if they are not.

        Raises
        ------
        UnknownLight
            If the pictures differ and nobody knows what their numbers mean.
        """
        if self.identical or not limits.given:
            return ""
        if self.kind is None or self.distance is None:
            raise UnknownLight(
                f"the pictures are {self.light}, so neither {limits.before}de nor"
                f" {limits.before}codes can be told; name the space of untagged files with"
                f" {limits.space}, or give the limit of their numbers, {limits.numbers}"
            )
        beyond = limits.judge(self.kind, self.distance)
        if not beyond and self.alpha_maximum > _ALPHA:
            return f"alpha differs by {self.alpha_maximum:.3g}, which no limit of light passes"
        return beyond

    def data(self) -> dict[str, Any]:
        """Convert the figures to plain data; infinities become text, because JSON has none."""
        return {
            name: str(value) if isinstance(value, float) and not np.isfinite(value) else value
            for name, value in asdict(self).items()
        }


def compare(
    a: Frame,
    b: Frame,
    *,
    as_light: bool = True,
    lights: tuple[PictureLight, PictureLight] | None = None,
) -> Difference:
    """Compare the color (and alpha, if both have it) of two frames.

    Parameters
    ----------
    a, b
        Frames with equal data windows.
    as_light
        Also compute dE ITP or codes, which takes about three times as long.
    lights
        What the numbers of both mean; None asks their tags.

    Raises
    ------
    NotComparable
        If the data windows differ.
    """
    if a.data_window != b.data_window:
        raise NotComparable(
            f"{_name_picture(a)} is {_describe_size(a)}, {_name_picture(b)} is {_describe_size(b)};"
            " only equal windows compare"
        )
    count = min(len(a.color), len(b.color))
    planes_a = [a.planes[name] for name in a.color[:count]]
    planes_b = [b.planes[name] for name in b.color[:count]]
    light_a, light_b = lights or find_lights(a, b)
    kind = light_a.kind if light_a.kind == light_b.kind else None
    absolute: list[Any] = []
    distances: list[Any] = []
    total, relative, alpha = 0.0, 0.0, 0.0
    worst = (-1.0, 0, 0, 0)
    for top in range(0, a.data_window.height, _ROWS):
        rows = slice(top, top + _ROWS)
        x = np.stack([_normalize(plane[rows]) for plane in planes_a], axis=-1)
        y = np.stack([_normalize(plane[rows]) for plane in planes_b], axis=-1)
        apart = _measure(x, y)
        total += float(apart.sum())
        relative = max(relative, float(_measure_relative(apart, x, y).max()))
        place = int(apart.argmax())
        if (value := float(apart.flat[place])) > worst[0]:
            at = [int(index) for index in np.unravel_index(place, apart.shape)]
            worst = (value, top + at[0], at[1], at[2])
        alpha = max(alpha, float(apart[..., 3:].max(initial=0.0)))
        absolute.append(apart.astype(np.float32).ravel())
        if as_light and kind is not None:
            distances.append(measure_distance(x[..., :3], y[..., :3], light_a, light_b).ravel())
    maximum, y_worst, x_worst, channel = worst
    shares = np.concatenate(absolute)
    one, other = light_a.description, light_b.description
    return Difference(
        maximum=maximum,
        mean=total / shares.size,
        p99=_find_percentile(shares),
        relative=relative,
        x=x_worst + a.data_window.x_min,
        y=y_worst + a.data_window.y_min,
        channel=a.color[channel],
        a=float(_normalize(planes_a[channel][y_worst, x_worst])),
        b=float(_normalize(planes_b[channel][y_worst, x_worst])),
        frame=a.frame,
        alpha_maximum=alpha,
        kind=kind,
        light=one if one == other else f"{one} against {other}",
        **(_summarize(distances, "itp" if kind == "display" else "codes") if distances else {}),
    )


def find_lights(
    a: Frame, b: Frame, space: str | None = None, config: str | None = None
) -> tuple[PictureLight, PictureLight]:
    """Find what the numbers of two frames mean, by their tags, or else by a space of a config.

    Raises
    ------
    UnknownSpace
        If the config has no such space.
    NotComparable
        If tags name the space of both frames, so that none is in ``space`` for want of them.
    """
    from grade.color.config.config import open_config

    def opened() -> Any:
        return open_config(config)

    untagged = UNKNOWN if space is None else light_of_space(opened(), space)
    found = light_of_frame(a, opened, untagged), light_of_frame(b, opened, untagged)
    if space is not None and untagged not in found:
        raise NotComparable(
            f"space {space}: the tags of {_name_picture(a)} and {_name_picture(b)} name their space"
            f" ({found[0].description}, {found[1].description}); leave it out"
        )
    return found


def worst(found: Iterable[Difference]) -> Difference:
    """The difference with the largest maximum."""
    return max(found, key=lambda difference: difference.maximum)


def _summarize(parts: list[Any], unit: str) -> dict[str, float]:
    values = np.concatenate(parts)
    return {
        f"{unit}_maximum": float(values.max()),
        f"{unit}_mean": float(values.mean()),
        f"{unit}_p99": _find_percentile(values),
    }


def _normalize(plane: Any) -> NDArray[np.float64]:
    wide = np.asarray(plane, np.float64)
    return wide / np.iinfo(plane.dtype).max if plane.dtype.kind == "u" else wide


def _measure(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        apart = np.abs(x - y)
    same = (x == y) | (np.isnan(x) & np.isnan(y))
    return np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))


def _measure_relative(apart: Any, x: Any, y: Any) -> NDArray[np.float64]:
    scale = np.fmax(np.abs(x), np.abs(y))
    with np.errstate(all="ignore"):
        share = np.where(apart == 0.0, 0.0, apart / scale)
    return np.where(np.isnan(share), np.inf, share)


def _find_percentile(values: Any) -> float:
    """Compute the value that 99 % do not exceed, without interpolation, so infinities are fine."""
    place = int(np.ceil(0.99 * values.size)) - 1
    return float(np.partition(values, place)[place])


def _name_picture(frame: Frame) -> str:
    return str(frame.path or "the picture")


def _describe_size(frame: Frame) -> str:
    window = frame.data_window
    at = f" at {window.x_min},{window.y_min}" if (window.x_min, window.y_min) != (0, 0) else ""
    return f"{window.width}x{window.height}{at}"
