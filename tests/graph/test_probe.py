"""One pixel through every node: the numbers of the kernel, to the bit."""

import colorsys
from dataclasses import replace

import numpy as np
import pytest

import grade
from grade.graph import Look, MatteFile, PixelsError
from grade.graph.model.picture import Matte
from grade.io import Window

from ..draw import some

HEIGHT, WIDTH = 24, 40
FRAME = 1017


def made(**entries):
    """A branch, a key, a window, a matte from the plate's alpha, keyframes, two outputs."""
    look = Look("night", **({"input": "ACES2065-1", "working": "ACEScct"} | entries))
    trim = look.source >> grade.CDL(slope=(1.04, 1.0, 0.97), saturation=0.95, name="trim")
    key = grade.HSLQualifier(
        hue=grade.Band(0, 120, soft=40), saturation=grade.Band(0, 1), name="skin"
    )
    spot = grade.Ellipse(center=(0.1, -0.1), size=(0.6, 0.5), soft=0.2, name="spot")
    matte = ((trim >> key) & spot).named("face")
    open_ = trim >> grade.Exposure(0.3, name="open")
    warm = open_ >> grade.Exposure(0.5, matte=matte, name="warm")
    edges = warm >> grade.Contrast(1.2, matte=~spot, amount=0.5, name="edges")
    flat = trim >> grade.Saturation(0.2, name="flat")
    final = grade.layer(edges, flat, mode="screen", amount=0.3, name="blend")
    look.outputs["master"] = final >> grade.Convert(dst="ACEScg")
    look.outputs["sdr"] = final >> grade.Display("sRGB - Display", view="Un-tone-mapped")
    look["open"].stops.key(1001, 0.0).key(1033, 0.6, ease="smooth")
    return look


@pytest.fixture(scope="module")
def look():
    return made()


def plate(dtype=np.float32, channels=3, seed=7, **entries):
    random = np.random.default_rng(seed)
    pixels = random.uniform(0, 1, (HEIGHT, WIDTH, channels))
    if np.issubdtype(dtype, np.integer):
        pixels = pixels * np.iinfo(dtype).max
    return grade.Frame.from_pixels(pixels.astype(dtype), frame=FRAME, **entries)


def same_bits(row, pixel):
    return row.rgb == tuple(value.item() for value in pixel[:3])


@pytest.mark.parametrize(
    ("output", "dtype"),
    some(
        [("master", np.float32), ("sdr", np.float16), ("master", np.uint16), ("sdr", np.uint8)], 1
    ),
)
def test_the_last_row_is_what_apply_stores(look, dtype, output):
    frame = plate(dtype)
    graded = look.apply(frame, output=output).pixels
    for x, y in ((0, 0), (22, 13), (WIDTH - 1, HEIGHT - 1)):
        last = look.probe(frame, x, y, output=output)[-1]
        assert (last.name, last.op) == (output, "stored")
        assert same_bits(last, graded[y, x]), (x, y)


def test_the_rows_are_in_serial_order_with_their_spaces(look):
    rows = look.probe(plate(), 22, 13)
    assert [(row.name, row.op, row.space) for row in rows] == [
        ("source", "read", "ACES2065-1"),
        ("source", "working", "ACEScct"),
        ("trim", "cdl", "ACEScct"),
        ("open", "exposure", "ACEScct"),
        ("skin", "hsl_qualifier", None),
        ("spot", "ellipse", None),
        ("face", "&", None),
        ("warm", "exposure", "ACEScct"),
        ("edges", "contrast", "ACEScct"),
        ("flat", "saturation", "ACEScct"),
        ("blend", "layer", "ACEScct"),
        ("master", "convert", "ACEScg"),
        ("master", "stored", "ACEScg"),
    ]
    found = {row.name: row for row in rows}
    assert found["warm"].matte == found["face"].matte
    assert found["face"].matte == min(found["skin"].matte, found["spot"].matte)
    assert found["edges"].matte == np.float32(1) - np.float32(found["spot"].matte)
    change = np.subtract(found["open"].rgb, found["trim"].rgb)
    assert found["open"].change == tuple(change) and found["master"].change is None


@pytest.mark.parametrize(
    "frame",
    [
        plate(),
        plate(data_window=Window(-5, 3, 34, 26), display_window=Window(0, 0, 29, 29)),
        plate(pixel_aspect=2.0),
    ],
    ids=["plain", "overscan", "squeezed"],
)
def test_every_row_is_the_look_cut_off_at_that_node(look, frame):
    left, top = frame.data_window.x_min, frame.data_window.y_min
    for column, row_number in ((21, 11), (30, 4)):
        rows = {row.name: row for row in look.probe(frame, left + column, top + row_number)}
        compared = set()
        for wire, name in look.names.places.items():
            if isinstance(wire, Matte):
                black = look.source >> grade.CDL(slope=0.0, saturation=0.0, name="black")
                white = black >> grade.CDL(slope=0.0, offset=1.0, name="white")
                end = grade.mix(black, white, matte=wire, name="shown")
                graded = look.derive({"cut": end}).apply(frame).pixels[row_number, column]
                assert rows[name].matte == pytest.approx(graded[0].item(), abs=2e-7)
            else:
                graded = look.derive({"cut": wire}).apply(frame).pixels[row_number, column]
                assert same_bits(rows[name], graded), name
            compared.add(name)
        assert compared >= {"trim", "open", "skin", "spot", "warm", "edges", "flat", "blend"}


def test_a_window_and_a_matte_of_the_plate_stand_where_they_are():
    look = Look("own", working="ACEScct")
    own = MatteFile(channel="A", name="own")
    look.outputs["master"] = look.source >> grade.CDL(slope=1.5, matte=own, name="trim")
    frame = plate(channels=4, alpha="straight")
    x, y = 9, 20
    rows = {row.name: row for row in look.probe(frame, x, y)}
    assert rows["own"].matte == frame.pixels[y, x, 3]
    assert rows["master"].rgb == tuple(look.apply(frame).pixels[y, x, :3].tolist())
    array = frame.pixels
    assert look.probe(array, x, y) == look.probe(frame, x, y)


def test_premultiplied_color_is_straight_in_the_nodes(look):
    frame = plate(channels=4)
    x, y = 12, 5
    rows = look.probe(frame, x, y)
    red, alpha = frame.pixels[y, x, 0], frame.pixels[y, x, 3]
    assert rows[0].rgb[0] == np.float32(red / alpha).item()
    assert same_bits(rows[-1], look.apply(frame).pixels[y, x])


def test_arrays_and_three_numbers(look):
    pixels = plate().pixels
    row = look.probe(pixels, 3, 4, frame=FRAME)[-1]
    assert same_bits(row, look.apply(pixels, frame=FRAME)[4, 3])
    grey = look.probe((0.18, 0.18, 0.18), frame=FRAME)
    one = np.full((1, 1, 3), 0.18, np.float32)
    assert same_bits(grey[-1], look.apply(one, frame=FRAME)[0, 0])


def test_a_node_that_is_off_changes_nothing(look):
    rows = look.set({"warm.enable": False}).probe(plate(), 20, 10)
    assert next(row for row in rows if row.name == "warm").change == (0.0, 0.0, 0.0)


def test_the_frame_decides_where_keys_stand(look):
    early, late = (look.probe(plate(), 5, 5, frame=n) for n in (1001, 1033))
    assert early[3].name == "open" and early[3].change == (0.0, 0.0, 0.0)
    assert all(c > 0.03 for c in late[3].change)


def test_a_look_that_asks_the_file_is_not_bound_by_it():
    look = made(input="auto")
    rows = look.probe(plate(tags={"colorInteropID": "lin_ap0_scene"}), 2, 2)
    assert rows[0].space == "ACES2065-1"
    look["trim"].amount.key(1001, 0.5)  # no other look holds its nodes
    assert look.input == "auto"


@pytest.mark.parametrize(
    ("picture", "at", "said"),
    [
        (plate(), (WIDTH, 0), r"pixel 40,0: the picture has x 0\.\.39, y 0\.\.23"),
        (plate().pixels, (0, -1), r"pixel 0,-1"),
        (plate().pixels[None], (0, 0), "takes .height, width"),
        ("a.exr", (0, 0), "str: probe takes a frame, an array, or three numbers"),
        ((1.0, 2.0), (0, 0), "three numbers"),
    ],
)
def test_what_has_no_such_pixel_is_refused(look, picture, at, said):
    with pytest.raises(PixelsError, match=said):
        look.probe(picture, *at, frame=FRAME)


def test_nan_and_infinity_come_through(look):
    pixels = plate().pixels
    pixels[2, 2] = np.nan, np.inf, -np.inf
    frame = replace(plate().with_pixels(pixels), frame=FRAME)
    last = np.array(look.probe(frame, 2, 2)[-1].rgb, np.float32)
    assert np.array_equal(last, look.apply(frame).pixels[2, 2], equal_nan=True)


@pytest.mark.parametrize("space", [None, "ACEScg", "ARRI LogC4"])
def test_a_key_says_what_it_compares_with_its_ranges(space):
    """In its own space; the oracle is colorsys, whose hues are turns."""
    look = Look("keys", working="ACEScct")
    keys = {
        "hsv": grade.HSLQualifier(space=space, name="hsv"),
        "hsl": grade.HSLQualifier(model="hsl", space=space, name="hsl"),
        "luma": grade.LumaQualifier(weights="rec2020", space=space, name="luma"),
    }
    look.outputs["master"] = (
        look.source
        >> grade.Exposure(
            0.5, matte=(look.source >> keys["hsv"]) & (look.source >> keys["hsl"]), name="one"
        )
        >> grade.Exposure(0.5, matte=look.source >> keys["luma"], name="two")
    )
    color = np.float32([0.45, 0.38, 0.33])
    rows = {
        row.name: row.keyed for row in look.probe(tuple(map(float, color))) if row.keyed is not None
    }
    way = Look("way", working="ACEScct")
    way.outputs["seen"] = way.source >> grade.Convert(dst=space or "ACEScct")
    seen = way.apply(color[None, None])[0, 0]
    hue, saturation, value = colorsys.rgb_to_hsv(*map(float, seen))
    assert rows["hsv"] == (
        space or "ACEScct", pytest.approx(360 * hue, rel=1e-5), pytest.approx(saturation, rel=1e-5),
        pytest.approx(value, rel=1e-6),
    )  # fmt: skip
    hue, lightness, saturation = colorsys.rgb_to_hls(*map(float, seen))
    assert rows["hsl"][1:] == pytest.approx((360 * hue, saturation, lightness), rel=1e-5)
    assert rows["luma"].luma == pytest.approx(float(seen @ [0.2627, 0.678, 0.0593]), rel=1e-6)
    assert rows["one"].space == "ACEScct"  # a picture as a key would see it that is drawn from it


def test_a_grey_has_no_hue(look):
    rows = {row.name: row.keyed for row in look.probe((0.18, 0.18, 0.18), frame=FRAME)}
    assert rows["trim"].hue is not None  # its slopes differ
    grey = Look("grey", working="ACEScct")
    grey.outputs["master"] = grey.source >> grade.Exposure(1.0, name="open")
    assert [row.keyed.hue for row in grey.probe((0.4, 0.4, 0.4)) if row.keyed] == [None, None]
    assert rows["spot"] is None and rows["face"] is None
