"""Sweep: entries that mean something in one format, in another one; each has the type it needs.

Frames come from readers of other formats, other libraries and from scripts, so an entry may be a
text where a writer wants a number. Right is: the frame is written, the pixels are those of a frame
without the entry, and the entry is kept in meaning (a unit, a resolution, a rate) or dropped.
"""

from fractions import Fraction

import numpy as np
import pytest

from grade.io import Frame, read

ENTRIES = {
    "unit in": {"ResolutionUnit": "in", "XResolution": 300.0, "YResolution": 300.0},
    "unit inch": {"ResolutionUnit": "inch", "XResolution": 300},
    "unit cm": {"ResolutionUnit": "cm", "XResolution": 118.11},
    "unit m": {"ResolutionUnit": "m", "XResolution": 11811.0},
    "unit none": {"ResolutionUnit": "none", "XResolution": 1.0},
    "unit 9": {"ResolutionUnit": 9, "XResolution": 72.0},
    "unit is a list": {"ResolutionUnit": (2, 2)},
    "resolution as text": {"XResolution": "300", "YResolution": "300"},
    "resolution infinite": {"XResolution": float("inf")},
    "resolution no number": {"XResolution": float("nan")},
    "resolution fraction": {"XResolution": Fraction(72)},
    "orientation as text": {"Orientation": "top-left"},
    "orientation 99": {"Orientation": 99},
    "orientation a fraction": {"Orientation": 1.5},
    "orientation beyond": {"Orientation": -70000},
    "software is a number": {"Software": 3.5},
    "date is a number": {"DateTime": 20260101},
    "artist with a zero": {"Artist": "a\0b"},
    "rate as text": {"framesPerSecond": "24"},
    "rate as float": {"framesPerSecond": 23.976},
    "rate no number": {"framesPerSecond": float("nan")},
    "rate infinite": {"framesPerSecond": float("inf")},
    "rate is a list": {"framesPerSecond": [24, 1]},
    "timeCode as text": {"timeCode": "01:02:03:04"},
    "keyCode as text": {"keyCode": "12 34 567890 1234+05"},
    "preview as text": {"preview": "none"},
    "tiles as text": {"tiles": "64x64"},
    "line order as text": {"lineOrder": "increasing"},
    "level as text": {"dwaCompressionLevel": "45"},
    "name is a number": {"name": 7},
    "view is a number": {"view": 1},
    "chunks": {"chunkCount": "many"},
    "window as text": {"screenWindowWidth": "1", "screenWindowCenter": "0 0"},
    "lens as text": {"xDensity": "72", "isoSpeed": "800", "owner": 7, "utcOffset": "0"},
    "capture rate as float": {"captureRate": 24.0},
    "dpx rate as text": {"dpx:frame_rate": "fast"},
    "dpx user data": {"dpx:user_data": "not base64!"},
    "dpx border": {"dpx:border": "a b"},
    "dpx bits as text": {"dpx:bits": "10"},
    "dpx packing is a number": {"dpx:packing": 5, "dpx:endian": 1, "dpx:order": 2},
    "exif rational as text": {"Exif:ExposureTime": "1/50"},
    "exif is a list": {"Exif:FNumber": [2, 8]},
    "exif text as number": {"Exif:LensModel": 35, "Make": 1, "Model": 2.5},
    "none": {"owner": None},
    "bytes": {"blob": b"\x00\xff"},
    "big": {"frameIndex": 1 << 70},
    "true": {"isRaw": True},
    "complex": {"z": 1 + 2j},
    "set": {"s": {1, 2}},
    "dict": {"d": {"a": 1}},
    "list of texts": {"l": ["a", "b"]},
    "list mixed": {"l": ["a", 1]},
    "array": {"v": np.arange(40.0)},
    "object array": {"v": np.array([object()])},
    "name empty": {"": "x"},
    "name with a zero": {"a\0b": "x"},
    "name long": {"n" * 300: "x"},
    "name with newline": {"a\nb": "x"},
    "half a pair": {"owner": "a\udce9b", "cam\udce9": "x"},
    "text with a zero": {"owner": "a\0b"},
    "controls": {"owner": "a\x07\x1bb\x7f"},
    "emoji": {"owner": "🎬", "🎬": "x"},
    "long text": {"owner": "x" * 40_000},
    "longer text": {"owner": "x" * 70_000},
    "pixel aspect": {"PixelAspectRatio": "wide", "pixelAspectRatio": "2"},
    "structure": {"channels": "RGB", "compression": "zip", "dataWindow": "0 0 1 1", "type": 1},
    "description": {"ImageDescription": 5},
    "color": {"oiio:ColorSpace": 5, "chromaticities": "709"},
}
OUTPUTS = {"o.exr": {}, "dwaa.exr": {"compression": "dwaa"}, "o.dpx": {}, "o.tif": {}, "o.png": {},
           "o.jpg": {}, "o.jp2": {}, "o.avif": {}}  # fmt: skip


def frame(**entries):
    values = np.random.default_rng(3).integers(0, 65535, (4, 6, 3)).astype(np.uint16)
    return Frame.from_pixels(values, **entries)


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", ENTRIES)
def test_the_picture_is_written(name, output, tmp_path):
    bare = read(frame().write(tmp_path / f"bare_{output}", sync=False, **OUTPUTS[output]))
    odd = frame(attributes=ENTRIES[name])
    back = read(odd.write(tmp_path / output, sync=False, **OUTPUTS[output]))
    assert all(np.array_equal(back.planes[c], bare.planes[c]) for c in "RGB")


@pytest.mark.parametrize(
    ("unit", "value", "inches"),
    [("in", 300.0, 300.0), ("inch", 300, 300.0), ("cm", 100.0, 254.0), ("m", 10000.0, 254.0),
     (2, 300.0, 300.0), (3, 100.0, 254.0)],
)  # fmt: skip
def test_a_resolution_keeps_its_unit(unit, value, inches, tmp_path):
    import tifffile

    entries = {"ResolutionUnit": unit, "XResolution": value, "YResolution": value}
    path = frame(attributes=entries).write(tmp_path / "o.tif", sync=False)
    with tifffile.TiffFile(path) as file:
        tags = file.pages[0].tags
        above, below = tags["XResolution"].value
        size = above / below * {2: 1, 3: 2.54}[int(tags["ResolutionUnit"].value)]
    assert size == pytest.approx(inches, rel=1e-6)


@pytest.mark.parametrize("second", ["tif", "png", "jpg", "exr"])
@pytest.mark.parametrize("first", ["tif", "png", "jpg", "exr"])
def test_dpi_goes_through_pairs_of_formats(first, second, tmp_path):
    """300 dots an inch, as OpenImageIO writes and reads them."""
    import OpenImageIO as oiio

    spec = oiio.ImageSpec(6, 4, 3, "half" if first == "exr" else "uint8")
    for name in ("XResolution", "YResolution"):
        spec.attribute(name, 300.0)
    spec.attribute("ResolutionUnit", "in")
    source = tmp_path / f"source.{first}"
    out = oiio.ImageOutput.create(str(source))
    assert out.open(str(source), spec) and out.write_image(np.zeros((4, 6, 3), np.float32))
    out.close()
    path = read(source).write(tmp_path / f"o.{second}", sync=False)
    entries = {e.name: e.value for e in oiio.ImageInput.open(str(path)).spec().extra_attribs}
    unit = entries.get("ResolutionUnit", "in")
    value = entries.get("XResolution", entries.get("xDensity"))
    assert value * {"in": 1, "inch": 1, "cm": 2.54, "m": 0.0254}[unit] == pytest.approx(
        300, rel=1e-3
    )
