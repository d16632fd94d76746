"""Every cell of the table of what survives, held to real files."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from grade.io import Frame, Window, read
from grade.io.kept_metadata import CONVERSIONS, TABLE, format_table

from .pictures import PLATES, pixels

SIZE, OVER = Window(2, 1, 31, 20), Window(-4, -3, 35, 24)
TIMECODE = OpenEXR.TimeCode(1, 2, 3, 4, 1, 0, 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8)
TAGS = {"colorInteropID": "g24_rec709_display"}


def exr_file(path: Path) -> Path:
    """A stereo picture of two parts with overscan, layers, tiles, and a header full of things."""
    shape = (OVER.height, OVER.width)
    random = np.random.default_rng(1)
    planes: dict[str, Any] = {n: random.random(shape).astype(np.float16) for n in "RGB"}
    planes["A"] = np.ones(shape, np.float16)
    planes["A"][:8] = 0.5
    planes["depth.Z"] = random.random(shape).astype(np.float32)
    base = {
        "displayWindow": ((SIZE.x_min, SIZE.y_min), (SIZE.x_max, SIZE.y_max)),
        "dataWindow": ((OVER.x_min, OVER.y_min), (OVER.x_max, OVER.y_max)),
        "pixelAspectRatio": 2.0,
        "compression": OpenEXR.PIZ_COMPRESSION,
    }
    small = np.zeros((4, 6, 4), np.uint8)
    left = {
        **base,
        "type": OpenEXR.tiledimage,
        "tiles": OpenEXR.TileDescription(),
        "view": "left",
        "timeCode": TIMECODE,
        "keyCode": OpenEXR.KeyCode(1, 2, 345678, 90, 12, 4, 64),
        "framesPerSecond": Fraction(24000, 1001),
        "owner": "somebody",
        "isoSpeed": 800.0,
        "take": 3,
        "worldToCamera": np.arange(16, dtype=np.float32).reshape(4, 4),
        "lens": np.array([1.5, 2.5], np.float32),
        "scenes": ["a", "b"],
        "box": (np.array([1, 2], np.int32), np.array([3, 4], np.int32)),
        "preview": OpenEXR.PreviewImage(small),
        "chromaticities": (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
        "colorInteropID": "lin_rec709_scene",
        "acesImageContainerFlag": 1,
    }
    right = {**base, "type": OpenEXR.scanlineimage, "view": "right"}
    parts = [
        OpenEXR.Part(left, dict(planes), "left"),
        OpenEXR.Part(right, {n: planes[n] + np.float16(1) for n in "RGB"}, "right"),
    ]
    OpenEXR.File(parts).write(str(path))
    return path


def dpx_file(path: Path) -> Path:
    """Twelve bits, little-endian, with the fields of film, television and user data filled."""
    pixels_ = pixels(20, 4, np.float32).clip(0, 1)
    pixels_[..., 3] = 0.5
    frame = Frame.from_pixels(
        pixels_,
        alpha="straight",
        pixel_aspect=2.0,
        timecode="01:02:03;04",
        attributes={
            "timeCode": TIMECODE,
            "keyCode": OpenEXR.KeyCode(1, 2, 345678, 90, 12, 3, 48),
            "framesPerSecond": Fraction(24000, 1001),
            "dpx:project": "harbour",
            "dpx:creator": "scanner",
            "dpx:film_slate": "12a",
            "dpx:film_format": "Academy",
            "dpx:user_data": "aGVsbG8=",
            "dpx:endian": "little",
            "owner": "somebody",
            "isoSpeed": 800.0,
            "take": 3,
        },
        tags={"colorInteropID": "lin_rec709_scene"},
    )
    return frame.write(path, 12)


def listed(*names: str) -> Callable[[Frame], Any]:
    def probe(frame: Frame) -> Any:
        found = [frame.attributes.get(name) for name in names]
        return None if all(value is None for value in found) else [known(v) for v in found]

    return probe


FIELDS = {
    OpenEXR.TimeCode: ("hours", "minutes", "seconds", "frame", "dropFrame", "colorFrame",
                       "fieldPhase", "bgf0", "bgf1", "bgf2", "userData"),
    OpenEXR.KeyCode: ("filmMfcCode", "filmType", "prefix", "count", "perfOffset", "perfsPerFrame",
                      "perfsPerCount"),
    OpenEXR.TileDescription: ("xSize", "ySize", "mode", "roundingMode"),
}  # fmt: skip


def known(value: Any) -> Any:
    """Values of the binding have no equality of their own, arrays not the plain one."""
    if type(value) in FIELDS:
        return {name: getattr(value, name) for name in FIELDS[type(value)]}
    if isinstance(value, tuple | list):
        return [known(each) for each in value]
    return value.tolist() if isinstance(value, np.ndarray) else value


def others(frame: Frame) -> Any:
    parts = getattr(frame.carried, "others", ())
    return [
        (str(part.header["name"]), part.header.get("view"),
         {name: channel.pixels.tobytes() for name, channel in part.channels.items()})
        for part in parts
    ] or None  # fmt: skip


def extra(frame: Frame) -> Any:
    names = [name for name in frame.planes if name not in frame.color]
    return {name: frame.planes[name].tobytes() for name in names} or None


def alpha(frame: Frame) -> Any:
    """Of the display window, to the precision of ten bits."""
    if not frame.has_alpha:
        return None
    plane = frame.filling_display().planes[frame.color[3]]
    scale = np.iinfo(plane.dtype).max if plane.dtype.kind == "u" else 1
    return (np.round(plane.astype(np.float64) / scale * 500)).tolist()


def storage(frame: Frame) -> Any:
    """How samples lie in the file itself: only a DPX has that."""
    if frame.native is None:
        return None
    return listed("dpx:bits", "dpx:packing", "dpx:endian")(frame)


PROBES: dict[str, Callable[[Frame], Any]] = {
    "timecode, its flags and user bits": listed("timeCode"),
    "keycode": listed("keyCode"),
    "frame rate": listed("framesPerSecond"),
    "pixel aspect": lambda frame: frame.pixel_aspect,
    "display window": lambda frame: tuple(frame.display_window),
    "data window, overscan": lambda frame: tuple(frame.data_window),
    "alpha": alpha,
    "other channels and layers": extra,
    "other parts, views": others,
    "texts and numbers": listed("owner", "isoSpeed", "take"),
    "vectors and matrices": listed("worldToCamera", "lens"),
    "lists of texts, boxes": listed("scenes", "box"),
    "preview picture": listed("preview"),
    "color tags": lambda frame: frame.tags.get("colorInteropID"),
    "container flag of ACES": listed("acesImageContainerFlag"),
    "tiles, order of lines": listed("tiles"),
    "compression": lambda frame: frame.compression,
    "film, slate, project, creator": listed(
        "dpx:project", "dpx:creator", "dpx:film_slate", "dpx:film_format"
    ),
    "user data": listed("dpx:user_data"),
    "bits, packing, endianness": storage,
}


@pytest.fixture(scope="module")
def pairs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Frame, Frame]]:
    """A frame as it was read and as it is read again, by way: graded as a render does it."""
    folder = tmp_path_factory.mktemp("table")
    files = {"EXR": exr_file(folder / "in.exr"), "DPX": dpx_file(folder / "in.dpx")}
    found = {}
    for way in CONVERSIONS:
        source, target = way.split(" to ")
        before = read(files[source])
        if target == "EXR":
            graded = before.with_planes({n: before.planes[n] for n in before.color[:3]})
        else:
            graded = before
        path = graded.write(folder / f"{source}.{target.lower()}", tags=TAGS)
        found[way] = before, read(path)
    return found


def test_a_probe_for_every_row() -> None:
    assert list(PROBES) == [row.what for row in TABLE]
    printed = format_table().splitlines()
    assert len(printed) == len(TABLE) + 1 and all(way in printed[0] for way in CONVERSIONS)


@pytest.mark.parametrize("way", CONVERSIONS)
@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.what)
def test_what_becomes_of_it(pairs: dict[str, tuple[Frame, Frame]], row: Any, way: str) -> None:
    before, after = (PROBES[row.what](frame) for frame in pairs[way])
    if before is None:
        fate = "-"
    elif after is None:
        fate = "dropped"
    else:
        fate = "kept" if before == after else "changed"
    assert fate == row.fates[CONVERSIONS.index(way)], (before, after)


def test_color_tags_are_the_outputs(pairs: dict[str, tuple[Frame, Frame]]) -> None:
    for before, after in pairs.values():
        assert before.tags.get("colorInteropID") == "lin_rec709_scene"
        assert after.tags["colorInteropID"] == "g24_rec709_display"
        assert "adoptedNeutral" not in after.tags


def test_an_exr_comes_back_from_dpx(tmp_path: Path) -> None:
    """There and back again: what DPX has no field for is still there."""
    before = read(exr_file(tmp_path / "a.exr"))
    there = read(before.write(tmp_path / "b.dpx", 16))
    back = read(there.write(tmp_path / "c.exr", "half"))
    for what in ("timecode, its flags and user bits", "keycode", "frame rate", "pixel aspect",
                 "texts and numbers", "vectors and matrices", "alpha"):  # fmt: skip
        assert PROBES[what](before) == PROBES[what](back), what


def test_a_stereo_plate(tmp_path: Path) -> None:
    plate = PLATES / "Beachball_multipart.0001.exr"
    if not plate.exists():
        pytest.skip("the plate is not here")
    before = read(plate, layer="rgba_left")
    graded = before.with_planes({name: before.planes[name] for name in before.color[:3]})
    after = read(graded.write(tmp_path / "a.exr", tags=TAGS), layer="rgba_left")
    assert len(others(after)) == 9 and others(after) == others(before)
    assert (after.data_window, after.display_window) == (before.data_window, before.display_window)
