"""Empty pixels, alpha 0 and RGB 0, of premultiplied pictures through every way into a look.

The right answer: a grade f of premultiplied color C at alpha a is a * f(C / a). For an empty pixel
C / a is any straight color c, whatever it is, and 0 * f(c) = 0. So (0, 0, 0, 0) stays as it is. A
glow, RGB that is not 0 at alpha 0, has no straight color, and OpenImageIO's unpremult leaves it as
it stands: f(C), which is what the same look gives for C without alpha.
"""

import numpy as np
import pytest

import grade
from grade.graph.open_look import open_look
from grade.ops import (
    Contrast,
    Exposure,
    Invert,
    LiftGammaGain,
    LogWheels,
    LumaQualifier,
    Offset,
    PrinterLights,
    Saturation,
)

DISPLAY = "Rec.1886 Rec.709 - Display"


def chain(*ops, working="ACEScct", input="ACES2065-1", end=None):
    look = grade.Look("empty", input=input, working=working)
    picture = look.source
    for op in ops:
        picture = picture >> op
    look.outputs["out"] = picture >> (end or grade.Convert(dst="ACES2065-1"))
    return look


def over_a_plate(alpha=None):
    """A layer over another plate: what it adds lies over an empty pixel as well."""
    look = grade.Look("empty", working="ACEScg")
    other = look.source >> Offset(0.3, name="lift")
    look.outputs["out"] = grade.layer(other, look.source >> Invert(), "screen", 0.5)
    return look


def keyed():
    look = grade.Look("empty", input="ACES2065-1", working="ACEScct")
    dark = look.source >> LumaQualifier(luma=grade.Band(0, 0.2, soft=0.1), name="dark")
    look.outputs["out"] = look.source >> Offset(0.1, matte=dark) >> grade.Convert(dst="ACES2065-1")
    return look


LOOKS = {
    "offset in ACEScct": lambda: chain(Offset(0.02)),
    "invert": lambda: chain(Invert()),
    "invert, no space": lambda: chain(Invert(), working=None, input=None, end=Offset(0.0)),
    "lift": lambda: chain(LiftGammaGain(lift=0.1)),
    "printer lights": lambda: chain(PrinterLights(4)),
    "log wheels": lambda: chain(LogWheels(shadow=0.05)),
    "contrast down": lambda: chain(Contrast(0.6)),
    "a view": lambda: chain(
        Offset(0.03), end=grade.Display(DISPLAY, view="ACES 2.0 - SDR 100 nits (Rec.709)")
    ),
    "a layer": over_a_plate,
    "a key of shadows": keyed,
    "red alone": lambda: chain(Offset(0.05, channels="r"), Saturation(0.5)),
    "shipped: cold_night": lambda: open_look("cold_night"),
    "shipped: faded": lambda: open_look("faded"),
}
STORAGES = {"f32": np.float32, "f16": np.float16, "u16": np.uint16, "u8": np.uint8}


def written(pixel):
    return "(" + ", ".join(f"{float(v):.4g}" for v in np.ravel(pixel)) + ")"


def stays(got):
    assert not np.any(got), f"right (0, 0, 0, 0), got {written(got)}"


@pytest.mark.parametrize("name", LOOKS)
def test_an_empty_pixel_stays_empty(name):
    empty = np.zeros((1, 2, 4), np.float32)
    stays(LOOKS[name]().apply(empty, alpha="premultiplied", device="reference")[0, 1])


@pytest.mark.parametrize("storage", STORAGES)
def test_in_every_storage(storage):
    pixels = np.zeros((2, 3, 4), STORAGES[storage])
    stays(chain(Offset(0.1)).apply(pixels, alpha="premultiplied", device="reference")[1, 2])


@pytest.mark.parametrize("zeros", [(-0.0, 0, 0, 0), (0, 0, 0, -0.0), (-0.0, -0.0, -0.0, -0.0)])
def test_minus_zero_is_zero(zeros):
    pixel = np.array([[zeros]], np.float32)
    stays(chain(Offset(0.1)).apply(pixel, alpha="premultiplied", device="reference")[0, 0])


def test_a_frame():
    frame = grade.Frame.from_pixels(np.zeros((2, 2, 4), np.float16))
    graded = chain(Offset(0.1)).apply(frame)
    stays(graded.pixels[1, 1])


def test_what_a_probe_says_is_stored():
    empty = np.zeros((1, 1, 4), np.float32)
    stays(chain(Offset(0.1)).probe(empty, alpha="premultiplied")[-1].rgb)


def test_a_preview():
    frame = grade.Frame.from_pixels(
        np.zeros((2, 2, 4), np.float32), tags={"colorInteropID": "lin_ap0_scene"}
    )
    stays(chain(Invert()).preview(frame, wipe=0.0).pixels[0, 0])


@pytest.mark.parametrize("scale", [1, 2])
def test_a_rendered_file(tmp_path, scale):
    grade.Frame.from_pixels(np.zeros((8, 8, 4), np.float32)).write(tmp_path / "in.exr")
    grade.render(
        chain(Offset(0.1)),
        tmp_path / "in.exr",
        tmp_path / "out.exr",
        device="reference",
        scale=1 / scale,
    )
    stays(grade.read(tmp_path / "out.exr").pixels[0, 0])


def test_a_dithered_file(tmp_path):
    grade.Frame.from_pixels(
        np.zeros((8, 8, 4), np.float32), tags={"colorInteropID": "lin_ap0_scene"}
    ).write(tmp_path / "in.exr")
    grade.render(LOOKS["a view"](), tmp_path / "in.exr", tmp_path / "out.png", device="reference")
    stays(grade.read(tmp_path / "out.png").pixels[0, 0])


GLOWS = [(0.2, 0.1, 0.05), (1e-30, 0, 0), (-0.1, 0, 0), (0, 0, 6.0), (np.nan, 0, 0), (np.inf, 1, 0)]


@pytest.mark.parametrize("color", GLOWS, ids=str)
def test_a_glow_is_graded_as_it_stands(color):
    """As it was before: this holds that nothing else moves."""
    look = chain(Exposure(0.5), Offset(0.1))
    glow = np.array([[(*color, 0.0)]], np.float32)
    got = look.apply(glow, alpha="premultiplied")[0, 0, :3]
    assert got.tobytes() == look.apply(glow[..., :3])[0, 0].tobytes()


def test_straight_color_at_alpha_zero_is_a_color():
    """Straight color does not depend on alpha: a PNG keeps the color under its holes."""
    look = chain(Offset(0.1))
    empty = np.zeros((1, 1, 4), np.float32)
    assert look.apply(empty)[0, 0, :3].tobytes() == look.apply(empty[..., :3])[0, 0].tobytes()
