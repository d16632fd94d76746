"""The light that the numbers of a picture mean: whether of a display or of a scene, and decoded.

What the numbers mean is said by the tags of a file, or by the space of a look's output. Where
nothing says it, there is no light, and nothing is guessed. One exception: untagged pictures of 8
bits count as a Rec.709 display, because nobody keeps a scene in 8 bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from numpy.typing import NDArray

from grade.qc.color_difference import (
    PRIMARIES,
    Encoding,
    bt2020_of_xyz,
    delta_e_of_nits,
    find_encoding,
)
from grade.qc.scene_codes import count_codes

if TYPE_CHECKING:
    from grade.io import Frame

Array = NDArray[Any]
Kind = Literal["display", "scene"]
UNITS: dict[Kind | None, str] = {"display": "dE ITP", "scene": "codes", None: ""}

_SCENE_HUB, _DISPLAY_HUB = "aces_interchange", "cie_xyz_d65_interchange"
_FEW = 4096  # pixels; for fewer, compiling a kernel takes longer than the interpreter


@dataclass(frozen=True, eq=False)
class PictureLight:
    """What the numbers of a picture mean.

    Attributes
    ----------
    kind
        ``display``: differences are in dE ITP. ``scene``: they are in codes. None: nobody knows, or
        the numbers are data; differences are those of the numbers.
    description
        The space in words, with how it is known.
    decode
        Pixels ``(..., 3)`` to light: linear BT.2020 in cd/m2 of a display, linear AP1 of a scene.
    """

    kind: Kind | None
    description: str
    decode: Callable[[Array], Array]

    @property
    def unit(self) -> str:
        """The unit of differences; empty where they are of the numbers."""
        return UNITS[self.kind]


def _take_numbers(pixels: Array) -> Array:
    return np.asarray(pixels, np.float64)


UNKNOWN = PictureLight(None, "of no known space", _take_numbers)


def measure_distance(a: Array, b: Array, light: PictureLight, other: PictureLight) -> Array:
    """Measure the distance of pixels ``(..., 3)`` in the unit of both lights.

    It is 0 for equal light and for two NaN, and infinite for a NaN against a number, so that no
    NaN passes a limit.

    Parameters
    ----------
    a, b
        Pixels, each with the numbers of its own space.
    light, other
        The light of ``a`` and that of ``b``, of the same kind.
    """
    with np.errstate(all="ignore"):
        first, second = light.decode(a), other.decode(b)
        if light.kind == "display":
            found = delta_e_of_nits(first, second)
        elif light.kind == "scene":
            found = count_codes(first, second)
        else:
            found = np.max(np.abs(first - second), axis=-1)
        same = ((first == second) | (np.isnan(first) & np.isnan(second))).all(axis=-1)
    return np.where(same, 0.0, np.where(np.isnan(found), np.inf, found))


def light_of_frame(
    frame: Frame, config: Callable[[], Any], untagged: PictureLight = UNKNOWN
) -> PictureLight:
    """Find the light of a frame by its tags.

    Parameters
    ----------
    frame
        A frame.
    config
        Opens the config whose spaces tags may name; it is called where a tag needs it.
    untagged
        The light of a frame without tags that say it.
    """
    identifier = str(frame.tags.get("colorInteropID", ""))
    if identifier:
        return _light_of_identifier(identifier) or _light_by_config(config(), identifier)
    numbers = tuple(float(number) for number in frame.tags.get("chromaticities", ()))
    if len(numbers) == 8:
        return _scene(Encoding("lin", numbers, "linear, by its chromaticities"))
    if untagged is UNKNOWN and frame.planes[frame.color[0]].dtype == np.uint8:
        return _display(Encoding("g24", PRIMARIES["rec709"], "8 bits without a tag, as Rec.709"))
    return untagged


def light_of_space(config: Any, name: str) -> PictureLight:
    """Find the light of a space of a config, by its name, an alias or a role.

    Raises
    ------
    UnknownSpace
        If the config has no such space.
    """
    space = config.space(name)
    if space.is_data:
        return PictureLight(None, f"{space.name}, which is data", _take_numbers)
    tags: Mapping[str, Any] = config.interop(space.name)
    known = _light_of_identifier(str(tags.get("colorInteropID", "")))
    if known is not None and (known.kind == "display") == space.is_display:
        return PictureLight(known.kind, space.name, known.decode)
    hub = _DISPLAY_HUB if space.is_display else _SCENE_HUB
    if not config.raw.hasRole(hub):
        lacks = f"{space.name}, whose config has no role {hub}"
        return PictureLight(None, lacks, _take_numbers)
    ap0 = Encoding("lin", PRIMARIES["ap0"], "ACES2065-1")

    convert = _conversion(config, space.name, hub)

    def decode(pixels: Array) -> Array:
        light = convert(pixels)
        return bt2020_of_xyz(light) if space.is_display else ap0.linear(light, "ap1")

    return PictureLight("display" if space.is_display else "scene", space.name, decode)


def _conversion(config: Any, source: str, target: str) -> Callable[[Array], Array]:
    """Make the conversion of pixels by a config; it is of float64 where they are few."""
    from grade.graph.look import Look
    from grade.ops.convert import Convert

    way = Look("light", working=source, config=config.path)
    way.outputs["light"] = way.source >> Convert(dst=target)

    def convert(pixels: Array) -> Array:
        flat = np.ascontiguousarray(np.asarray(pixels, np.float32).reshape(-1, 1, 3))
        device = "reference" if len(flat) <= _FEW else "cpu"
        return np.asarray(way.apply(flat, device=device), np.float64).reshape(np.shape(pixels))

    return convert


def _light_by_config(config: Any, identifier: str) -> PictureLight:
    from grade.color.config.interop_tags import find_space_by_interop_id

    name = find_space_by_interop_id(config, identifier)
    if name is None:
        return PictureLight(None, f"tagged {identifier}, which {config.path} lacks", _take_numbers)
    return light_of_space(config, name)


def _light_of_identifier(identifier: str) -> PictureLight | None:
    """Find the light of a Color Interop ID of a known curve and gamut."""
    encoding = find_encoding(identifier)
    kind = identifier.rpartition("_")[2]
    if encoding is None or kind not in ("scene", "display"):
        return None
    return _scene(encoding) if kind == "scene" else _display(encoding)


def _display(encoding: Encoding) -> PictureLight:
    return PictureLight("display", encoding.description, encoding.nits)


def _scene(encoding: Encoding) -> PictureLight:
    def decode(pixels: Array) -> Array:
        return encoding.linear(pixels, "ap1")

    return PictureLight("scene", encoding.description, decode)
