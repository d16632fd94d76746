"""What the color tags of a file mean: the one place that decides it, for every format.

A reader hands over what stands in the file, under these names:

``colorInteropID``
    The name of a space, as the Color Interop Forum gives them.
``cicp``
    Primaries, transfer, matrix and range by the code points of ITU-T H.273.
``ICCProfile``
    The bytes of a profile.
``primaries``, ``gamma``
    x and y of red, green, blue and white; the exponent from light to code values. The chunks cHRM
    and gAMA of PNG.
``camera``
    The log curve that a camera says it has: its interop id, or None, and the entry that says so.
    It stands above all others, and they may contradict it.
``chromaticities``
    The same primaries of an OpenEXR, whose pixels are proportional to light.

They are taken in this order: code points, profile, primaries with gamma. The name goes before them
as long as they do not say another space: it was written beside them, and a program that knows only
the others may have changed the picture since. Which of two a format puts first (a profile before
code points in HEIF and AVIF, after them in PNG) is the reader's to know.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from grade.color.config.interop_tags import PRIMARIES
from grade.color.tags import code_points
from grade.color.tags.curves import Gamma
from grade.color.tags.encoding import RGBEncoding
from grade.color.tags.icc_profile import read_profile

IDENTITY, CODE_POINTS, PROFILE = "colorInteropID", "cicp", "ICCProfile"
PRIMARIES_TAG, GAMMA, CHROMATICITIES = "primaries", "gamma", "chromaticities"
CAMERA = "camera"
SAYS_NOTHING = ("unknown", "data")  # the Color Interop Forum's words for no color space
_NEAR = 1e-4


@dataclass(frozen=True, slots=True)
class Meaning:
    """What tags mean.

    Attributes
    ----------
    identity
        The interop id of the space that they name.
    encoding
        The same by numbers, where a config may lack the space, or no id names it.
    words
        The tags as they are written; None if there are none.
    rival
        Tags that say another space than the camera does, as they are written; None if none do.
    """

    identity: str | None = None
    encoding: RGBEncoding | None = None
    words: str | None = None
    rival: str | None = None


def read_meaning(tags: Mapping[str, Any]) -> Meaning:
    """Decide what tags mean.

    >>> read_meaning({"cicp": (12, 13, 0, 1)}).identity
    'srgb_p3d65_display'
    >>> read_meaning({"gamma": 0.45455}).words
    'gamma 0.45455, and no primaries'
    """
    camera = tags.get(CAMERA)
    if camera is None:
        return _read_file(tags)
    others = _read_file(tags)
    known, entry = camera
    contradict = others.words is not None and (known is None or _says_another(others, known))
    return Meaning(known, None, f"by its camera, {entry}", others.words if contradict else None)


def _read_file(tags: Mapping[str, Any]) -> Meaning:
    own = str(tags.get(IDENTITY) or "")
    stated = _read_code_points(tags) or _read_profile(tags) or _read_primaries(tags)
    if own and own not in SAYS_NOTHING:
        if stated is None or not _says_another(stated, own):
            encoding = None if stated is None else stated.encoding
            return Meaning(own, encoding, own)
        return stated
    return stated or _read_chromaticities(tags) or Meaning()


def tags_of(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the color tags of a frame: what a reader found, and the name of the space.

    Numbers that the name says in full are left out; a profile is kept, so that it can be written.

    >>> tags_of({"cicp": (9, 16, 0, 1)})
    {'colorInteropID': 'pq_rec2020_display'}
    """
    given = {name: value for name, value in found.items() if value is not None}
    meaning = read_meaning(given)
    if meaning.identity is None:
        points = given.get(CODE_POINTS, ())
        unspecified = code_points.UNSPECIFIED in points[:2]
        return {n: v for n, v in given.items() if n != CODE_POINTS or not unspecified}
    if meaning.rival is not None:
        return given
    kept = {n: v for n, v in given.items() if n in (IDENTITY, PROFILE, CHROMATICITIES)}
    return {**kept, IDENTITY: meaning.identity}


def are_same_codes(identity: str, other: str) -> bool:
    """Whether two ids name the same code values, one of a scene and one of a display perhaps.

    >>> are_same_codes("srgb_rec709_scene", "srgb_rec709_display")
    True
    """
    return _codes(identity) == _codes(other)


def _codes(identity: str) -> str:
    return identity.removesuffix("_scene").removesuffix("_display")


def _says_another(stated: Meaning, own: str) -> bool:
    if stated.identity is not None:
        return not are_same_codes(stated.identity, own)
    return stated.encoding is not None


def _read_code_points(tags: Mapping[str, Any]) -> Meaning | None:
    points = tags.get(CODE_POINTS)
    if points is None:
        return None
    return _of_code_points(int(points[0]), int(points[1]))


def _of_code_points(primaries: int, transfer: int) -> Meaning | None:
    if code_points.UNSPECIFIED in (primaries, transfer):
        return None
    encoding = code_points.encoding_of(primaries, transfer)
    words = f"by {code_points.describe(primaries, transfer)}"
    return Meaning(code_points.identity_of(primaries, transfer), encoding, words)


def _read_profile(tags: Mapping[str, Any]) -> Meaning | None:
    data = tags.get(PROFILE)
    if data is None:
        return None
    found = read_profile(bytes(data))
    if found.code_points is not None:
        meaning = _of_code_points(*found.code_points[:2])
        if meaning is not None:
            return meaning
    name = f'the ICC profile "{found.name}"' if found.name else "an ICC profile"
    if found.encoding is None:
        return Meaning(words=f"by {name}, {found.lack}")
    return Meaning(found.encoding.identity, found.encoding, f"by {name}")


def _read_primaries(tags: Mapping[str, Any]) -> Meaning | None:
    numbers, gamma = tags.get(PRIMARIES_TAG), tags.get(GAMMA)
    if numbers is None and gamma is None:
        return None
    if numbers is None:
        return Meaning(words=f"gamma {gamma:.6g}, and no primaries")
    shown = " ".join(f"{float(v):.6g}" for v in numbers)
    if gamma is None:
        return Meaning(words=f"with the primaries and white {shown}, and no curve")
    words = f"with gamma {float(gamma):.6g} and the primaries and white {shown}"
    try:
        encoding = RGBEncoding.of_primaries(
            f"gamma {float(gamma):.6g} and primaries", numbers, Gamma(1 / float(gamma))
        )
    except (ValueError, ZeroDivisionError):
        return Meaning(words=words)
    return Meaning(encoding.identity, encoding, words)


def _read_chromaticities(tags: Mapping[str, Any]) -> Meaning | None:
    given = tags.get(CHROMATICITIES)
    if given is None:
        return None
    numbers = [float(v) for v in given]
    words = f"with the primaries and white {' '.join(f'{v:.6g}' for v in numbers)}"
    gamut = next((name for name, known in PRIMARIES.items() if are_near(numbers, known)), None)
    return Meaning(None if gamut is None else f"lin_{gamut}_scene", None, words)


def are_near(a: Any, b: Any) -> bool:
    """Whether chromaticities are the same, up to rounding."""
    return all(abs(float(x) - float(y)) < _NEAR for x, y in zip(a, b, strict=True))
