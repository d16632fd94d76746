"""ICC profiles of matrix and curves, for RGB and for grey; others are named, and not read.

Source: ICC.1:2022. Colorants are in the profile connection space, XYZ under D50.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from grade.color.tags.curves import LINEAR, Curve, Gamma, Parametric, Sampled
from grade.color.tags.encoding import RGBEncoding
from grade.science.adaptation import adapt_white
from grade.science.matrices import Matrix, multiply
from grade.science.primaries import PRIMARIES
from grade.science.white_points import D65

_HEAD, _ROW, _MOST_TAGS, _MOST_SAMPLES = 128, 12, 200, 65536
_COLORANTS, _CURVES = (b"rXYZ", b"gXYZ", b"bXYZ"), (b"rTRC", b"gTRC", b"bTRC")
_TABLES = (b"A2B0", b"A2B1", b"A2B2", b"D2B0", b"D2B1")
# Parameters of a parametric curve by its type, in the order of the profile.
_PARAMETERS = {
    0: ("exponent",), 1: ("exponent", "a", "b"), 2: ("exponent", "a", "b", "c"),
    3: ("exponent", "a", "b", "c", "d"), 4: ("exponent", "a", "b", "c", "d", "e", "f"),
}  # fmt: skip
# x and y of the white of the connection space, X = 0.9642, Z = 0.8249.
D50_OF_PROFILES = (0.9642 / (0.9642 + 1 + 0.8249), 1 / (0.9642 + 1 + 0.8249))


@dataclass(frozen=True, slots=True)
class IccProfile:
    """What a profile says.

    Attributes
    ----------
    name
        Its description; empty if it has none.
    encoding
        Matrix and curves; None where it has none, or tables that go before them.
    code_points
        The code points of ITU-T H.273 that it has; None if it has none.
    lack
        Why there is no encoding, as the end of a sentence.
    """

    name: str = ""
    encoding: RGBEncoding | None = None
    code_points: tuple[int, int, int, int] | None = None
    lack: str = ""


class _Damaged(ValueError):
    """The profile is cut short, or a number in it cannot be."""


def read_profile(data: bytes) -> IccProfile:
    """Read a profile; damage is told by `IccProfile.lack`, never raised."""
    try:
        tags = _read_tags(data)
    except (_Damaged, struct.error):
        return IccProfile(lack="which is damaged")
    name = _read_name(tags.get(b"desc", b""))
    points = tags.get(b"cicp", b"")[8:12]
    code_points = (points[0], points[1], points[2], points[3]) if len(points) == 4 else None
    try:
        encoding, lack = _read_encoding(data[16:20], data[20:24], tags, name)
    except (_Damaged, struct.error, ZeroDivisionError, OverflowError):
        encoding, lack = None, "which is damaged"
    return IccProfile(name, encoding, code_points, lack)


def _read_tags(data: bytes) -> dict[bytes, bytes]:
    if data[36:40] != b"acsp" or len(data) < _HEAD + 4:
        raise _Damaged
    (count,) = struct.unpack_from(">I", data, _HEAD)
    if count > _MOST_TAGS:
        raise _Damaged
    found = {}
    for index in range(count):
        key, start, size = struct.unpack_from(">4sII", data, _HEAD + 4 + _ROW * index)
        if start + size > len(data):
            raise _Damaged
        found[key] = data[start : start + size]
    return found


def _read_name(tag: bytes) -> str:
    """Read a description: of a version 2 profile, or the first of a version 4 profile."""
    text = ""
    if tag[:4] == b"desc" and len(tag) >= 12:
        size = int.from_bytes(tag[8:12], "big")
        text = tag[12 : 12 + size].decode("latin-1")
    elif tag[:4] == b"mluc" and len(tag) >= 28:
        size, start = struct.unpack_from(">II", tag, 20)
        text = tag[start : start + size].decode("utf-16-be", "replace")
    return "".join(c for c in text.partition("\0")[0] if c.isprintable())[:80].strip()


def _read_encoding(
    space: bytes, connection: bytes, tags: dict[bytes, bytes], name: str
) -> tuple[RGBEncoding | None, str]:
    stated = f'the ICC profile "{name}"' if name else "an ICC profile"
    if space == b"GRAY" and b"kTRC" in tags:
        curve = _read_curve(tags[b"kTRC"])
        return RGBEncoding(stated, PRIMARIES["rec709"].to_xyz, (curve, curve, curve)), ""
    if space != b"RGB ":
        return None, f"which is for {space.decode('latin-1').strip() or 'no space'}, not RGB"
    if any(tag in tags for tag in _TABLES):
        return None, "which has tables, and no matrix alone"
    if connection != b"XYZ " or any(tag not in tags for tag in (*_COLORANTS, *_CURVES)):
        return None, "which has no matrix and curves"
    columns = [_read_colorant(tags[tag]) for tag in _COLORANTS]
    under_d50: Matrix = tuple(column[row] for row in range(3) for column in columns)  # type: ignore[assignment]
    to_xyz = multiply(adapt_white("Bradford", D50_OF_PROFILES, D65), under_d50)
    red, green, blue = (_read_curve(tags[tag]) for tag in _CURVES)
    return RGBEncoding(stated, to_xyz, (red, green, blue)), ""


def _read_fixed(data: bytes, place: int, count: int) -> list[float]:
    return [value / 65536 for value in struct.unpack_from(f">{count}i", data, place)]


def _read_colorant(tag: bytes) -> list[float]:
    if tag[:4] != b"XYZ ":
        raise _Damaged
    return _read_fixed(tag, 8, 3)


def _read_curve(tag: bytes) -> Curve:
    if tag[:4] == b"para":
        (kind,) = struct.unpack_from(">H", tag, 8)
        if kind not in _PARAMETERS:
            raise _Damaged
        names = _PARAMETERS[kind]
        given = dict(zip(names, _read_fixed(tag, 12, len(names)), strict=True))
        if kind == 0:
            return _gamma(given["exponent"])
        return _parametric(kind, given)
    if tag[:4] != b"curv":
        raise _Damaged
    (count,) = struct.unpack_from(">I", tag, 8)
    if count == 0:
        return LINEAR
    if count > _MOST_SAMPLES:
        raise _Damaged
    values = struct.unpack_from(f">{count}H", tag, 12)
    return _gamma(values[0] / 256) if count == 1 else Sampled(tuple(v / 65535 for v in values))


def _gamma(exponent: float) -> Gamma:
    if not 0.1 <= exponent <= 10:
        raise _Damaged
    return Gamma(exponent)


def _parametric(kind: int, given: dict[str, float]) -> Parametric:
    exponent, a, b = given["exponent"], given["a"], given["b"]
    if not 0.1 <= exponent <= 10 or not a:
        raise _Damaged
    if kind in (1, 2):  # the power begins where its base does; below it is 0, or the constant c
        shift = given.get("c", 0.0)
        return Parametric(exponent, a, b, c=0.0, d=-b / a, e=shift, f=shift)
    # Types 3 and 4 have c as the slope, and 4 the constants in the order e, f.
    return Parametric(
        exponent, a, b, given["c"], given["d"], given.get("e", 0.0), given.get("f", 0.0)
    )
