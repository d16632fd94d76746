"""look.apply: arrays of every kind, frames, and what is refused by name."""

import numpy as np
import pytest

import grade
from grade.graph import GraphError, Look, PixelsError
from grade.graph.identity.identity import structure_of
from grade.io import Frame
from grade.ops import CDL, Convert, Display, Exposure, Offset, RGBCurves

RNG = np.random.default_rng(11)
FLOATS = RNG.random((5, 7, 4)).astype(np.float32)


@pytest.fixture
def look():
    made = Look("x")
    made.outputs["master"] = made.source >> CDL(slope=0.5, offset=(0.1, 0.2, 0.3))
    return made


def expected(pixels):
    graded = pixels.copy()
    graded[..., :3] = pixels[..., :3] * np.float32(0.5) + np.array([0.1, 0.2, 0.3], np.float32)
    return graded


# --- arrays ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(
    ("dtype", "tolerance"),
    [("float32", 1e-6), ("float16", 1e-3), ("uint16", 2e-5), ("uint8", 4e-3)],
)
def test_an_array_comes_back_in_its_type(look, dtype, tolerance, channels):
    scale = np.iinfo(dtype).max if dtype.startswith("u") else 1
    pixels = (FLOATS[..., :channels] * scale).astype(dtype)
    before = pixels.copy()
    graded = look.apply(pixels)
    assert (graded.dtype, graded.shape) == (pixels.dtype, pixels.shape)
    wanted = expected(pixels.astype(np.float32) / np.float32(scale))
    np.testing.assert_allclose(graded.astype(np.float32) / scale, wanted, atol=tolerance)
    np.testing.assert_array_equal(pixels, before)


def test_a_batch_is_its_pictures(look):
    batch = RNG.random((3, 4, 6, 3)).astype(np.float32)
    graded = look.apply(batch)
    for one, alone in zip(graded, batch, strict=True):
        assert one.tobytes() == look.apply(alone).tobytes()


@pytest.mark.parametrize(
    "view",
    [
        lambda a: a[::2],
        lambda a: a[:, ::2],
        lambda a: a[::-1],
        lambda a: a[:, ::-1, :3],
        lambda a: a[1:4, 2:5],
        lambda a: a[..., ::-1],
        lambda a: a[..., :3],
        lambda a: a.transpose(1, 0, 2),
        lambda a: np.stack([a, a])[:, 1:3],
        lambda a: a[:0],
        lambda a: a[:1, :1],
    ],
)
def test_views_are_read_as_they_look(look, view):
    pixels = view(FLOATS)
    assert look.apply(pixels).tobytes() == look.apply(np.ascontiguousarray(pixels)).tobytes()


def test_out_takes_the_result(look):
    wanted = look.apply(FLOATS)
    out = np.zeros_like(FLOATS)
    assert look.apply(FLOATS, out=out) is out
    assert out.tobytes() == wanted.tobytes()
    half = look.apply(FLOATS, out=np.zeros(FLOATS.shape, np.float16))
    assert half.tobytes() == wanted.astype(np.float16).tobytes()


@pytest.mark.parametrize("shift", [0, 1, -1])
def test_out_may_be_the_array_or_overlap_it(look, shift):
    store = RNG.random((9, 7, 4)).astype(np.float32)
    pixels, out = store[1:8], store[1 + shift : 8 + shift]
    wanted = look.apply(pixels.copy())
    look.apply(pixels, out=out)
    assert out.tobytes() == wanted.tobytes()


def test_out_may_be_strided(look):
    store = np.zeros((5, 14, 4), np.float32)
    look.apply(FLOATS, out=store[:, ::2])
    assert store[:, ::2].tobytes() == look.apply(FLOATS).tobytes()
    assert not store[:, 1::2].any()


def locked():
    out = np.zeros_like(FLOATS)
    out.flags.writeable = False
    return out


@pytest.mark.parametrize(
    ("pixels", "arguments", "message"),
    [
        (FLOATS.astype(np.float64), {}, r"array of float64: takes .*x\.astype\(np\.float32\)"),
        (FLOATS.astype(np.int32), {}, r"array of int32: takes float32, float16, uint16, uint8"),
        (FLOATS.astype(">f4"), {}, "foreign byte order"),
        (FLOATS > 0, {}, "array of bool"),
        (FLOATS.astype(np.complex64), {}, r"array of complex64.*x\.astype\(np\.float32\)"),
        (FLOATS[..., :2], {}, r"array \(5, 7, 2\) of float32: apply takes"),
        (FLOATS[0], {}, r"array \(7, 4\) of float32: apply takes"),
        ([[1.0]], {}, r"^builtins\.list: apply takes arrays .* of NumPy, CuPy or"),
        (None, {}, "NoneType"),
        (FLOATS, {"out": np.zeros((5, 7, 3), np.float32)}, r"out is \(5, 7, 3\) of float32"),
        (FLOATS, {"out": [0]}, "out is list"),
        (FLOATS, {"out": np.zeros((5, 7, 4))}, "out of float64"),
        (FLOATS, {"out": locked()}, "read-only"),
        (FLOATS, {"region": (1, 0)}, "give full="),
        (FLOATS, {"region": 3, "full": (9, 9)}, "region = 3: takes two whole numbers"),
        (FLOATS, {"full": (9.5, 9)}, r"full = \(9.5, 9\): takes two whole numbers"),
        (FLOATS, {"region": (3, 0), "full": (9, 9)}, r"a crop of 7x5 at \(3, 0\) does not lie"),
        (FLOATS, {"pixel_aspect": 0}, "pixel_aspect = 0: takes the width of a pixel"),
        (FLOATS, {"pixel_aspect": float("nan")}, "pixel_aspect = nan"),
        (FLOATS, {"inputs": {"fog": FLOATS}}, "inputs: the look takes no 'fog'"),
        (FLOATS, {"alpha": "associated"}, "takes straight, premultiplied or ignore"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(look, pixels, arguments, message):
    with pytest.raises(PixelsError, match=message) as caught:
        look.apply(pixels, **arguments)
    assert caught.value.exit_code == 2


def test_the_reference_and_the_cpu_agree(look):
    np.testing.assert_allclose(
        look.apply(FLOATS, device="reference"), look.apply(FLOATS), rtol=1e-6
    )


def test_threads_do_not_change_the_bits(look):
    tall = RNG.random((700, 33, 3)).astype(np.float32)
    assert look.apply(tall, threads=1).tobytes() == look.apply(tall, threads=2).tobytes()


# --- moved sliders --------------------------------------------------------------------------------


def desk(**changes):
    made = Look("desk", input="ACEScct", working="ACEScct")
    base = made.source >> CDL() >> CDL(name="trim") >> CDL()
    spot = grade.Ellipse(name="spot")
    base = base >> RGBCurves(name="curves") >> Exposure(0.5, matte=spot, name="open")
    made.outputs["m"] = base >> Convert(dst="ACES2065-1", **changes)
    made.outputs["side"] = base >> Offset(0.1, matte=~spot)
    return made


def afresh(look):
    """The look with nothing remembered."""
    import copy

    again = copy.copy(look)
    again.memory.forget()
    for op in again.names.ops.values():
        op.__dict__.pop("_known", None)
    return again


@pytest.mark.parametrize(
    "values",
    [
        {"open.stops": 1.0},
        {"cdl.slope.r": 1.1, "trim.power": 0.9, "cdl_2.offset": 0.1},
        {"open.enable": False, "spot.size": (0.2, 0.3)},
        {"curves.master": [[0, 0], [0.3, 0.4], [0.6, 0.5], [1, 1]]},
        {"trim.slope@1001": 1.5, "trim.slope@1005": 0.5},
    ],
)
def test_what_is_remembered_of_a_look_is_what_would_be_found_anew(values):
    look = desk()
    look.apply(FLOATS, output="side", frame=1001)  # remembers
    moved = look.set(values)
    known, anew = moved.names, afresh(moved).names
    assert (known.places, known.ops, known.unnamed) == (anew.places, anew.ops, anew.unnamed)
    for output in ("m", "side"):
        assert structure_of(moved, output) == structure_of(afresh(moved), output)
        got = moved.apply(FLOATS, output=output, frame=1003)
        assert got.tobytes() == afresh(moved).apply(FLOATS, output=output, frame=1003).tobytes()


def test_a_conversion_that_comes_to_bring_an_output_home_has_no_name():
    look = desk(note="why")
    look.apply(FLOATS)
    assert "convert" in look.names.ops
    assert "convert" not in look.set({"convert.note": ""}).names.ops


def test_a_key_is_seen_where_the_value_was_remembered():
    look = desk()
    before = look.apply(FLOATS)
    look.key("open.stops", 1001, 2.0)
    assert look.apply(FLOATS, frame=1001).tobytes() != before.tobytes()
    curve = [[0, 0], [0.25, 0.2], [0.5, 0.5], [0.75, 0.8], [1, 1]]
    look.key("curves.master", 1001, curve)
    assert look.apply(FLOATS, frame=1001).tobytes() == (
        afresh(look).apply(FLOATS, frame=1001).tobytes()
    )


# --- frames ---------------------------------------------------------------------------------------


def plate(**entries):
    planes = {name: RNG.random((3, 4)).astype(np.float16) for name in "RGB"}
    planes["A"] = np.full((3, 4), 0.5, np.float16)
    planes["depth.Z"] = RNG.random((3, 4)).astype(np.float32)
    pixels = np.stack([planes[n] for n in "RGBA"], axis=-1)
    made = Frame.from_pixels(pixels, timecode="01:00:00:01", frame=1001, **entries)
    return made.with_planes({"depth.Z": planes["depth.Z"]}).with_attributes({"owner": "us"})


def test_a_frame_stays_one_and_only_its_color_changes():
    look = Look("x", input="ACES2065-1", working="ACEScct")
    look.outputs["master"] = look.source >> Exposure(1) >> Convert(dst="ACEScg")
    frame = plate()
    graded = look.apply(frame)
    assert isinstance(graded, Frame)
    assert (graded.timecode, graded.frame, graded.attributes["owner"]) == (
        "01:00:00:01",
        1001,
        "us",
    )
    for name in ("A", "depth.Z"):
        assert graded.planes[name].tobytes() == frame.planes[name].tobytes()
    assert (graded.planes["R"] != frame.planes["R"]).all()
    assert graded.planes["R"].dtype == np.float16
    assert graded.tags["colorInteropID"] == "lin_ap1_scene"


def test_a_frame_knows_its_alpha():
    look = Look("x")
    look.outputs["master"] = look.source >> Offset(0.25)
    frame = plate()
    straight = frame.with_alpha("straight")
    np.testing.assert_allclose(
        look.apply(frame).planes["G"] / 0.5, look.apply(straight).planes["G"], rtol=2e-3
    )
    as_if = look.apply(frame, alpha="ignore").planes["G"]
    np.testing.assert_allclose(as_if, frame.planes["G"] + 0.25, rtol=1e-3)


def test_tags_stay_where_the_space_is_not_known():
    look = Look("x")
    look.outputs["master"] = look.source >> Offset(0.25)
    assert look.apply(plate(tags={"owner": 1})).tags == {"owner": 1}


def test_mixed_types_are_computed_in_float():
    frame = plate()
    mixed = frame.with_planes({"B": frame.planes["B"].astype(np.float32)})
    look = Look("x")
    look.outputs["master"] = look.source >> Offset(0.25)
    graded = look.apply(mixed, alpha="ignore")
    np.testing.assert_allclose(graded.planes["B"], frame.planes["B"] + np.float32(0.25), rtol=1e-6)
    assert graded.planes["A"].dtype == np.float16


def test_a_plane_of_whole_numbers_that_are_no_color_is_refused():
    frame = plate()
    counted = frame.with_planes({"R": np.ones((3, 4), np.uint32)})
    look = Look("x")
    look.outputs["master"] = look.source >> Offset(0.25)
    with pytest.raises(PixelsError, match="plane R of uint32"):
        look.apply(counted)
    with pytest.raises(PixelsError, match="out= is for arrays"):
        look.apply(frame, out=np.zeros((3, 4, 4), np.float16))


# --- what space a plate is in ---------------------------------------------------------------------


def auto():
    look = Look("x", input="auto", working="ACEScct")
    look.outputs["master"] = look.source >> Exposure(0)
    return look


AP1 = (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767)


@pytest.mark.parametrize(
    ("tags", "path", "space"),
    [
        ({"colorInteropID": "lin_ap1_scene"}, None, "ACEScg"),
        ({"chromaticities": AP1}, None, "ACEScg"),
        ({}, "plates/sh010.1001.exr", "ACES2065-1"),
    ],
)
def test_auto_asks_the_tags_and_then_the_rules(tags, path, space):
    stated = auto().with_input(space).apply(plate())
    found = auto().apply(plate(tags=tags, path=path))
    for name in "RGB":
        assert found.planes[name].shape == stated.planes[name].shape
    from grade.graph.running.plate_space import resolve_input

    assert resolve_input(auto(), plate(tags=tags, path=path)).input == space


def test_auto_refuses_what_nothing_names():
    with pytest.raises(GraphError, match="does not say which space it is in"):
        auto().apply(plate(path="plates/sh010.1001.tif"))


def test_a_tag_that_contradicts_the_look_stops():
    look = auto().with_input("ACES2065-1")
    with pytest.raises(GraphError, match="is tagged ACEScg, and the look takes ACES2065-1"):
        look.apply(plate(tags={"colorInteropID": "lin_ap1_scene"}))
    look.apply(plate(tags={"colorInteropID": "lin_ap0_scene"}))
    look.apply(plate(tags={"colorInteropID": "lin_ap1_scene"}).with_tags({}))
    auto().with_input("ACEScct").apply(plate(tags={"chromaticities": AP1}))


def test_a_display_output_is_tagged_as_one():
    look = auto().with_input("ACEScg")
    look.outputs["tv"] = look.source >> Display("Rec.1886 Rec.709 - Display", view="Un-tone-mapped")
    assert look.apply(plate(), output="tv").tags["colorInteropID"] == "g24_rec709_display"
