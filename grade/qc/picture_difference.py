"""How far two pictures are apart: absolute, relative, in dE ITP, and where it is worst.

Rules. The difference of two equal numbers is 0, infinities too; of two NaN it is 0; of a NaN and
a number, or of infinities and anything else, it is infinite, so that it never hides in a mean.
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

_ROWS = 128  # compared at a time: memory stays at a few of these, whatever the size


class NotComparable(RequestError):
    """Two pictures that have no pixels to hold against each other."""


@dataclass(frozen=True, slots=True)
class Difference:
    """Figures over all pixels and color channels of two pictures.

    ``maximum``, ``mean`` and ``p99`` are of the absolute difference; ``x, y`` count from the
    display window's corner of the file, y down; ``a`` and ``b`` are the numbers at the worst
    place. ``itp_*`` are None if that was not asked for.
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
        """The figures as plain data; infinities as text, for JSON has none."""
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
        Also work out dE ITP (about three times the time).

    Raises
    ------
    NotComparable
        The sizes differ.
    """
    if a.data_window != b.data_window:
        raise NotComparable(
            f"{_name(a)} is {_size(a)}, {_name(b)} is {_size(b)}; only equal windows compare"
        )
    count = min(len(a.color), len(b.color))
    planes_a = [a.planes[name] for name in a.color[:count]]
    planes_b = [b.planes[name] for name in b.color[:count]]
    light_a, light_b = _light(a), _light(b)
    absolute: list[Any] = []
    itps: list[Any] = []
    total, relative = 0.0, 0.0
    worst = (-1.0, 0, 0, 0)
    for top in range(0, a.data_window.height, _ROWS):
        rows = slice(top, top + _ROWS)
        x = np.stack([_number(plane[rows]) for plane in planes_a], axis=-1)
        y = np.stack([_number(plane[rows]) for plane in planes_b], axis=-1)
        apart = _apart(x, y)
        total += float(apart.sum())
        relative = max(relative, float(_relative(apart, x, y).max()))
        place = int(apart.argmax())
        if (value := float(apart.flat[place])) > worst[0]:
            at = [int(index) for index in np.unravel_index(place, apart.shape)]
            worst = (value, top + at[0], at[1], at[2])
        absolute.append(apart.astype(np.float32).ravel())
        if itp:
            with np.errstate(all="ignore"):
                itps.append(delta_e_itp(x[..., :3], y[..., :3], light_a, light_b).ravel())
    maximum, y_worst, x_worst, channel = worst
    shares = np.concatenate(absolute)
    figures = _itp_figures(itps, light_a.description, light_b.description) if itp else {}
    return Difference(
        maximum=maximum,
        mean=total / shares.size,
        p99=_percentile(shares),
        relative=relative,
        x=x_worst + a.data_window.x_min,
        y=y_worst + a.data_window.y_min,
        channel=a.color[channel],
        a=float(_number(planes_a[channel][y_worst, x_worst])),
        b=float(_number(planes_b[channel][y_worst, x_worst])),
        frame=a.frame,
        **figures,
    )


def worst(found: Iterable[Difference]) -> Difference:
    """The difference with the largest maximum."""
    return max(found, key=lambda difference: difference.maximum)


def _itp_figures(parts: list[Any], said_a: str, said_b: str) -> dict[str, Any]:
    values = np.concatenate(parts)
    values = values[np.isfinite(values)]
    said = said_a if said_a == said_b else f"{said_a} against {said_b}"
    if not values.size:
        return {"itp_light": said}
    return {
        "itp_maximum": float(values.max()),
        "itp_mean": float(values.mean()),
        "itp_p99": _percentile(values),
        "itp_light": said,
    }


def _number(plane: Any) -> NDArray[np.float64]:
    wide = np.asarray(plane, np.float64)
    return wide / np.iinfo(plane.dtype).max if plane.dtype.kind == "u" else wide


def _apart(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.float64]:
    with np.errstate(invalid="ignore"):
        apart = np.abs(x - y)
    same = (x == y) | (np.isnan(x) & np.isnan(y))
    return np.where(same, 0.0, np.where(np.isnan(apart), np.inf, apart))


def _relative(apart: Any, x: Any, y: Any) -> NDArray[np.float64]:
    scale = np.fmax(np.abs(x), np.abs(y))
    with np.errstate(all="ignore"):
        share = np.where(apart == 0.0, 0.0, apart / scale)
    return np.where(np.isnan(share), np.inf, share)


def _percentile(values: Any) -> float:
    """The value that 99 % do not exceed; no interpolation, so infinities are fine."""
    place = int(np.ceil(0.99 * values.size)) - 1
    return float(np.partition(values, place)[place])


def _light(frame: Frame) -> Any:
    integers = frame.planes[frame.color[0]].dtype.kind == "u"
    return detect_encoding(frame.tags, integers)


def _name(frame: Frame) -> str:
    return str(frame.path or "the picture")


def _size(frame: Frame) -> str:
    window = frame.data_window
    at = f" at {window.x_min},{window.y_min}" if (window.x_min, window.y_min) != (0, 0) else ""
    return f"{window.width}x{window.height}{at}"
