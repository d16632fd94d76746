"""Pictures of looks for a notebook: before and after, mattes, frames by themselves."""

import gc
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

import grade
from grade.graph import GraphError, Look, MatteFile, PixelsError, UnknownName
from grade.graph.viewing.screen import encode_png, to_codes
from grade.io import Window

HEIGHT, WIDTH = 30, 48
SRGB = "srgb_rec709_display"


def made(**entries):
    look = Look("day", **({"input": "ACES2065-1", "working": "ACEScct"} | entries))
    trim = look.source >> grade.CDL(slope=(1.1, 1.0, 0.9), name="trim")
    skin = trim >> grade.LumaQualifier(luma=grade.Band(0.4, 0.6, soft=0.1), name="skin")
    spot = grade.Ellipse(size=(0.7, 0.5), soft=0.2, name="spot")
    lamps = MatteFile(channel="lamp", name="lamps")
    face = (skin & spot - lamps).named("face")
    final = trim >> grade.Exposure(1.0, matte=face, name="warm")
    look.outputs["master"] = final >> grade.Convert(dst="ACEScg")
    look.outputs["sdr"] = final >> grade.Display("sRGB - Display", view="Un-tone-mapped")
    return look


@pytest.fixture(scope="module")
def look():
    return made()


def plate(dtype=np.float16, **entries):
    random = np.random.default_rng(3)
    pixels = random.uniform(0, 1, (HEIGHT, WIDTH, 3)).astype(dtype)
    lamp = np.zeros((HEIGHT, WIDTH), dtype)
    lamp[:, :16] = 1
    return grade.Frame.from_pixels(pixels, **entries).with_planes({"lamp": lamp})


def rounded(values):
    return np.floor(np.clip(values.astype(np.float32), 0, 1) * 255 + 0.5).astype(np.uint8)


# --- before and after -----------------------------------------------------------------------------


def test_after_is_the_output_for_a_display_and_before_is_the_plate_through_the_same(look):
    frame = plate()
    after = look.preview(frame, 0).pixels
    assert np.array_equal(after, rounded(look.apply(frame, output="sdr").pixels))
    plain = Look("plain", input="ACES2065-1", working="ACEScct")
    plain.outputs["sdr"] = plain.source >> grade.Display("sRGB - Display", view="Un-tone-mapped")
    assert np.array_equal(look.preview(frame, 1).pixels, rounded(plain.apply(frame).pixels))


def test_the_wipe_parts_them(look):
    frame = plate()
    both, before, after = (look.preview(frame, wipe).pixels for wipe in (0.25, 1, 0))
    assert np.array_equal(both[:, :12], before[:, :12])
    assert np.array_equal(both[:, 12:], after[:, 12:])
    assert not np.array_equal(before[:, 12:], after[:, 12:])
    assert look.preview(frame).pixels.shape == (HEIGHT, WIDTH, 3)


def test_another_display_is_brought_to_the_screen_with_the_same_light():
    name = "Rec.1886 Rec.709 - Display"
    look = Look("tv", working="ACEScg")
    look.outputs["sdr"] = look.source >> grade.Display(name, view="Un-tone-mapped")
    screen = Look("screen", working=name)
    screen.outputs["screen"] = screen.source >> grade.Convert(dst="sRGB - Display")
    pixels = plate(np.float32).pixels
    shown = look.preview(pixels, 0).pixels.astype(int)
    expected = rounded(screen.apply(look.apply(pixels))).astype(int)
    assert np.max(np.abs(shown - expected)) <= 1


def test_numbers_of_no_known_space_are_shown_as_they_are():
    look = Look("plain")
    look.outputs["master"] = look.source >> grade.CDL(slope=0.5)
    pixels = plate(np.float32).pixels
    assert np.array_equal(look.preview(pixels, 0).pixels, rounded(pixels * np.float32(0.5)))
    assert np.array_equal(look.preview(pixels, 1).pixels, rounded(pixels))


def test_a_look_that_asks_the_file_can_be_keyed_afterwards():
    look = made(input="auto")
    frame = plate(tags={"colorInteropID": "lin_ap0_scene"})
    assert np.array_equal(look.preview(frame).pixels, made().preview(frame).pixels)
    look["trim"].amount.key(1001, 0.5).key(1002, 1.0)
    assert not np.array_equal(
        look.preview(frame, 0, frame=1001).pixels, look.preview(frame, 0, frame=1002).pixels
    )


def test_what_is_seen_is_the_display_window(look):
    whole = plate()
    display = Window(10, 5, 29, 24)
    part = replace(whole, display_window=display)
    plain = Look("plain")
    plain.outputs["m"] = plain.source >> grade.CDL(slope=0.5)
    seen = plain.preview(part, 0).pixels
    assert np.array_equal(seen, plain.preview(whole, 0).pixels[5:25, 10:30])


@pytest.mark.parametrize("wipe", [-0.1, 1.1, "half", True, float("nan")])
def test_a_wipe_is_a_part_of_the_width(look, wipe):
    with pytest.raises(PixelsError, match=r"0\.\.1, such as 0\.5"):
        look.preview(plate(), wipe)


def test_what_is_no_picture_is_refused(look):
    with pytest.raises(PixelsError, match="str: a preview takes a frame or an array"):
        look.preview("a.exr")
    plain = Look("plain")
    plain.outputs["m"] = plain.source >> grade.CDL(slope=0.5)
    with pytest.raises(PixelsError, match="one picture, not a batch"):
        plain.preview(np.zeros((2, 4, 4, 3), np.float32))


# --- the picture itself ---------------------------------------------------------------------------


def test_it_is_a_png_that_says_it_is_srgb(look, tmp_path):
    preview = look.preview(plate())
    path = preview.save(tmp_path / "wipe.png")
    assert path.read_bytes() == preview._repr_png_() == encode_png(preview.pixels)
    read = grade.read(path)
    assert np.array_equal(read.pixels, preview.pixels)
    assert [entry.name for entry in tmp_path.iterdir()] == ["wipe.png"]
    assert read.tags["colorInteropID"] == SRGB
    assert repr(preview) == f"Preview({WIDTH}x{HEIGHT})"
    with pytest.raises(PixelsError, match=r"call it wipe\.png"):
        preview.save(tmp_path / "wipe.jpg")


def test_a_wide_picture_is_averaged_in_boxes():
    random = np.random.default_rng(0)
    plane = random.uniform(0, 1, (7, 2050)).astype(np.float32)
    small = to_codes([plane] * 3)
    assert small.shape == (3, 684, 3)  # boxes of three; the last goes on with the last column
    expected = plane[:6, :2049].reshape(2, 3, 683, 3).mean(axis=(1, 3))
    assert np.max(np.abs(small[:2, :683, 0].astype(int) - expected * 255)) <= 0.51
    edge = plane[0:3, [2049, 2049, 2049]].mean()
    assert abs(int(small[0, 683, 0]) - edge * 255) <= 0.51


@pytest.mark.parametrize(
    ("aspect", "shape"), [(1.0, (40, 60)), (2.0, (20, 60)), (0.5, (40, 30)), (1.2, (40, 60))]
)
def test_pixels_are_made_square(aspect, shape):
    assert to_codes([np.ones((40, 60), np.float32)] * 3, aspect).shape == (*shape, 3)


def test_what_is_outside_is_held_and_nan_is_black():
    plane = np.array([[np.nan, -1, 0, 0.5, 1, 7, np.inf, -np.inf]], np.float32)
    assert to_codes([plane] * 3)[0, :, 0].tolist() == [0, 0, 0, 128, 255, 255, 255, 0]
    whole = np.array([[0, 32768, 65535]], np.uint16)
    assert to_codes([whole] * 3)[0, :, 0].tolist() == [0, 128, 255]


# --- mattes ---------------------------------------------------------------------------------------


def grey(look, wire, frame):
    """A matte as white over black, rounded."""
    black = look.source >> grade.CDL(slope=0.0, saturation=0.0, name="black")
    white = black >> grade.CDL(slope=0.0, offset=1.0, name="white")
    shown = grade.mix(black, white, matte=wire, name="shown")
    return rounded(look.derive({"matte": shown}).apply(frame).pixels)


@pytest.mark.parametrize("name", ["skin", "spot", "lamps", "face"])
def test_a_matte_is_grey(look, name):
    frame = plate(np.float32)
    wire = next(wire for wire, known in look.names.places.items() if known == name)
    expected = grey(look, wire, frame)
    shown = look.preview_matte(name, frame).pixels
    assert np.max(np.abs(shown.astype(int) - expected)) <= 1
    assert shown.min() < 20 and shown.max() > 200
    assert np.array_equal(shown[..., 0], shown[..., 2])
    for again in (look.preview_matte(wire, frame), wire.preview(frame)):
        assert np.array_equal(again.pixels, shown)


def test_files_and_arrays_of_mattes_come_in(look):
    frame = plate()
    given = np.linspace(0, 1, WIDTH * HEIGHT, dtype=np.float32).reshape(HEIGHT, WIDTH)
    shown = look.preview_matte("lamps", frame, inputs={"lamps": given}).pixels
    assert np.max(np.abs(shown[..., 0] - given * 255)) < 1
    pixels = plate(np.float32).pixels
    whole = look.preview_matte("lamps", pixels, inputs={"lamps": given}).pixels
    assert np.array_equal(whole[..., 0], rounded(given))
    with pytest.raises(PixelsError, match="takes lamps beside the plate"):
        look.preview_matte("face", pixels)


def test_a_matte_of_a_sequence_is_the_frame_s(tmp_path):
    for number in (1, 2):
        matte = np.full((HEIGHT, WIDTH), number / 4, np.float32)
        frame = grade.Frame.from_pixels(np.zeros((HEIGHT, WIDTH, 3), np.float32))
        frame = replace(frame.with_planes({"lamp": matte}), frame=number)
        frame.write(tmp_path / "m.####.exr", bits="float", sync=False)
    look = Look("files", working="ACEScg")
    lamps = MatteFile(files=tmp_path / "m.####.exr", channel="lamp", name="lamps")
    look.outputs["m"] = look.source >> grade.CDL(slope=2.0, matte=lamps, name="trim")
    for number in (1, 2):
        shown = look.preview_matte("lamps", replace(plate(), frame=number)).pixels
        assert np.all(shown == round(number / 4 * 255))


def test_a_matte_that_no_output_takes_can_be_seen(look):
    spare = look.source >> grade.LumaQualifier(luma=grade.Band(0.5, 1.0), name="spare")
    frame = plate(np.float32)
    assert np.array_equal(spare.preview(frame).pixels, grey(look, spare, frame))
    window = grade.Rectangle(size=(0.5, 0.5))
    shown = look.preview_matte(window, frame).pixels
    assert shown[HEIGHT // 2, WIDTH // 2, 0] == 255 and shown[0, 0, 0] == 0
    with pytest.raises(UnknownName, match=r"no matte 'skn'.*skin"):
        look.preview_matte("skn", frame)
    with pytest.raises(GraphError, match="belongs to another look"):
        made().preview_matte(spare, frame)


def test_a_key_whose_look_is_gone_says_so():
    look = Look("short", working="ACEScct")
    key = look.source >> grade.LumaQualifier(luma=grade.Band(0.4, 0.6), name="key")
    assert key.preview(plate()).pixels.shape == (HEIGHT, WIDTH, 3)
    del look
    gc.collect()
    with pytest.raises(GraphError, match=r"is gone.*look\.preview_matte"):
        key.preview(plate())


# --- frames ---------------------------------------------------------------------------------------


def shown(frame, tmp_path):
    path = tmp_path / "shown.png"
    path.write_bytes(frame._repr_png_())
    return grade.read(path).pixels


def test_a_scene_referred_frame_is_seen_through_aces(tmp_path):
    look = Look("aces", working="ACES2065-1")
    view = "ACES 2.0 - SDR 100 nits (Rec.709)"
    look.outputs["sdr"] = look.source >> grade.Display("sRGB - Display", view=view)
    frame = plate(tags={"colorInteropID": "lin_ap0_scene"})
    assert np.array_equal(shown(frame, tmp_path), rounded(look.apply(frame).pixels))


@pytest.mark.parametrize("tags", [{}, {"colorInteropID": SRGB}])
@pytest.mark.parametrize("dtype", [np.float16, np.uint8])
def test_untagged_frames_and_those_of_a_screen_are_shown_as_they_are(tags, dtype, tmp_path):
    frame = plate(np.float32)
    pixels = frame.pixels if dtype != np.uint8 else frame.pixels * 255
    frame = grade.Frame.from_pixels(pixels.astype(dtype), tags=tags)
    expected = frame.pixels if dtype == np.uint8 else rounded(frame.pixels)
    assert np.array_equal(shown(frame, tmp_path), expected)


def test_a_frame_for_another_display_is_brought_to_the_screen(tmp_path):
    frame = plate(np.float32, tags={"colorInteropID": "g24_rec709_display"})
    screen = Look("screen", working="Rec.1886 Rec.709 - Display")
    screen.outputs["screen"] = screen.source >> grade.Convert(dst="sRGB - Display")
    assert np.array_equal(shown(frame, tmp_path), rounded(screen.apply(frame.pixels)))


def test_files_alone_know_no_picture():
    code = (
        "import numpy as np; from grade.io import Frame;"
        "frame = Frame.from_pixels(np.zeros((2, 2, 3), np.float32));"
        "assert frame._repr_png_() is None;"
        "import grade; grade.read; assert frame._repr_png_()[1:4] == b'PNG'"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
