"""The difference between two pictures: absolute, relative, in dE ITP, and where it is largest.

Rules: equal numbers, equal infinities and two NaN have a difference of 0. A NaN against a number,
and an infinity against anything else, have an infinite one, so that it never hides in a mean.
Integers are normalized to 0..1 first. Relative is ``|a - b| / max(|a|, |b|)``, 0 where both are 0.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grade.errors import RequestError
from grade.qc.color_difference import delta_e_itp, detect_encoding

if TYPE_CHECKING:
    from grade.io import Frame

_ROWS = 128  # compared at a time, so that memory does not grow with the size of the picture


class NotComparable(RequestError):
    """Two pictures of different windows, whose pixels cannot be compared."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Figures of the difference over all pixels and color channels of two pictures.

    ``maximum``, ``mean`` and ``p99`` are absolute. ``x, y`` is the place of the maximum in the
    coordinates of the file, y down, and ``a`` and ``b`` are the numbers there. The ``itp_*``
    figures are None if dE ITP was not computed.
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
    itp_light: str | None = None
    frame: int | None = None

    @property
    def identical(self) -> bool:
        """Whether every number is equal."""
        return self.maximum == 0.0

    def data(self) -> dict[str, Any]:
        """Convert the figures to plain data; infinities become text, because JSON has none."""
        return {
            name: str(value) if isinstance(value, float) and not np.isfinite(value) else value
            for name, value in asdict(self).items()
        }


def compare(a: Frame, b: Frame, *, itp: bool = True) -> Difference:
    """Compare the color (and alpha, if both have it) of two frames.

    Parameters
    ----------
    a, b
        Frames with equal data windows.
    itp
        Also compute dE ITP, which takes about three times as long.

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
    encoding_a, encoding_b = _detect_encoding(a), _detect_encoding(b)
    absolute: list[Any] = []
    itps: list[Any] = []
    total, relative = 0.0, 0.0
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
        absolute.append(apart.astype(np.float32).ravel())
        if itp:
            with np.errstate(all="ignore"):
                itps.append(delta_e_itp(x[..., :3], y[..., :3], encoding_a, encoding_b).ravel())
    maximum, y_worst, x_worst, channel = worst
    shares = np.concatenate(absolute)
    figures = _summarize_itp(itps, encoding_a.description, encoding_b.description) if itp else {}
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
        **figures,
    )


def worst(found: Iterable[Difference]) -> Difference:
    """The difference with the largest maximum."""
    return max(found, key=lambda difference: difference.maximum)


def _summarize_itp(parts: list[Any], encoding_a: str, encoding_b: str) -> dict[str, Any]:
    values = np.concatenate(parts)
    values = values[np.isfinite(values)]
    light = encoding_a if encoding_a == encoding_b else f"{encoding_a} against {encoding_b}"
    if not values.size:
        return {"itp_light": light}
    return {
        "itp_maximum": float(values.max()),
        "itp_mean": float(values.mean()),
        "itp_p99": _find_percentile(values),
        "itp_light": light,
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


def _detect_encoding(frame: Frame) -> Any:
    integers = frame.planes[frame.color[0]].dtype.kind == "u"
    return detect_encoding(frame.tags, integers)


def _name_picture(frame: Frame) -> str:
    return str(frame.path or "the picture")


def _describe_size(frame: Frame) -> str:
    window = frame.data_window
    at = f" at {window.x_min},{window.y_min}" if (window.x_min, window.y_min) != (0, 0) else ""
    return f"{window.width}x{window.height}{at}"
