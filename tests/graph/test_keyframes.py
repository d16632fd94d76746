"""Keyframes: exact at keys, closed forms between, never a new kernel, any chunk the same bytes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import grade
from grade.graph import GraphError, Look
from grade.graph.file.edit_look import edit_text
from grade.graph.file.load import from_text
from grade.graph.file.new_text import new_text
from grade.ir.storage import Layout
from grade.op import Animation, AnimationError, ParameterError


@pytest.fixture
def look():
    look = Look("night", working="ACEScct")
    open_ = look.source >> grade.Exposure(0.3, name="open")
    look.outputs["m"] = open_ >> grade.CDL(slope=(1.1, 1, 0.9), name="trim")
    return look


PIXELS = np.random.default_rng(7).uniform(0, 1, (9, 16, 3)).astype(np.float32)


# --- values ---------------------------------------------------------------------------------------


def test_the_example_of_the_contract(look):
    look["open"].stops.key(1001, 0.0).key(1040, 0.35, ease="smooth")
    animation = look.op("open").values["stops"]
    assert [(k.frame, k.value, k.ease) for k in animation] == [
        (1001, 0.0, "linear"),
        (1040, 0.35, "smooth"),
    ]
    assert look["open"].stops.at(1001) == 0.0
    t = (1010 - 1001) / 39
    assert look["open"].stops.at(1010) == pytest.approx(0.35 * (3 * t**2 - 2 * t**3), rel=1e-15)


@given(
    st.lists(st.floats(-8, 8), min_size=2, max_size=6),
    st.sampled_from(["linear", "smooth", "hold", "bezier"]),
    st.floats(0, 1),
)
def test_keys_are_exact_and_what_lies_between_is_the_closed_form(values, ease, t):
    keys = {10 * i: {"value": v, "ease": ease} for i, v in enumerate(values)}
    animation = Animation.of(keys)
    for i, value in enumerate(values):
        assert animation.at(10 * i) == value
    assert animation.at(-5) == values[0]
    assert animation.at(1e6) == values[-1]
    a, b = values[:2]
    way = {"linear": t, "smooth": t * t * (3 - 2 * t), "hold": 0.0, "bezier": t}[ease]
    if t < 1:
        assert animation.at(10 * t) == pytest.approx(a + way * (b - a), abs=1e-9)


def test_handles_are_those_of_a_cubic_bezier():
    x1, y1, x2, y2 = 0.42, 0.0, 0.58, 1.2
    animation = Animation.of(
        {0: 0.0, 1: {"value": 1.0, "ease": "bezier", "handles": [x1, y1, x2, y2]}}
    )
    for s in np.linspace(0.01, 0.99, 33):
        r = 1 - s
        x = 3 * r * r * s * x1 + 3 * r * s * s * x2 + s**3
        y = 3 * r * r * s * y1 + 3 * r * s * s * y2 + s**3
        assert animation.at(float(x)) == pytest.approx(y, abs=1e-9)


def test_colors_points_and_bands_have_keys_too():
    look = Look("x", working="ACEScct")
    key = grade.HSLQualifier(hue=grade.Band(0, 40, soft=4), name="skin")
    curve = grade.RGBCurves(master=[[0, 0], [1, 1]], name="curve")
    window = grade.Ellipse(center=(0, 0), name="spot")
    trim = grade.CDL(name="trim", matte=key.copy() & window)
    look.outputs["m"] = look.source >> curve >> trim
    look.key("trim.slope", 0, (1, 1, 1)).key("trim.slope", 10, (2, 1, 0.5))
    look.key("curve.master", 0, [[0, 0], [1, 1]]).key("curve.master", 10, [[0, 0.2], [1, 0.8]])
    look.key("skin.hue", 0, grade.Band(0, 40)).key("skin.hue", 10, grade.Band(20, 60, soft=8))
    look.key("spot.center", 0, (0, 0)).key("spot.center", 10, (0.5, 0))
    paths = [("trim", "slope"), ("curve", "master"), ("skin", "hue"), ("spot", "center")]
    halfway = {f"{node}.{field}": look.op(node).values[field].at(5) for node, field in paths}
    assert halfway["trim.slope"] == (1.5, 1, 0.75)
    assert halfway["curve.master"] == ((0, 0.1), (1, 0.9))
    assert halfway["skin.hue"] == grade.Band(10, 50, soft=4)
    assert halfway["spot.center"] == (0.25, 0)
    still = look.set({path: value for path, value in halfway.items()})
    assert np.array_equal(look.apply(PIXELS, frame=5), still.apply(PIXELS))


# --- pictures -------------------------------------------------------------------------------------


def test_a_picture_without_a_frame_has_no_number(look):
    look["open"].stops.key(1, 0.0).key(5, 1.0)
    with pytest.raises(GraphError, match=r"open\.stops has keyframes.*frame=1001"):
        look.apply(PIXELS)
    assert np.array_equal(look.apply(PIXELS, frame=1), look.set({"open.stops": 0.0}).apply(PIXELS))


def test_frames_of_the_shot_count_from_its_first():
    look = Look("x", working="ACEScct", time="shot")
    look.outputs["m"] = look.source >> grade.Exposure(name="open")
    look.key("open.stops", 0, 0.0).key("open.stops", 10, 1.0)
    with pytest.raises(GraphError, match="first frame of the shot"):
        look.apply(PIXELS, frame=1005)
    half = look.set({"open.stops": 0.5})
    made = look.apply(PIXELS, frame=1006, first=1001)
    assert np.array_equal(made, half.apply(PIXELS))


def test_moving_in_time_compiles_nothing(look, monkeypatch):
    look["open"].stops.key(1, 0.0).key(100, 1.0)
    look.apply(PIXELS, frame=1)
    from grade.run import cpu

    def refuse(*_):
        raise AssertionError("compiled")

    monkeypatch.setattr(cpu, "prepare_kernel", refuse)
    made = [look.apply(PIXELS, frame=frame).tobytes() for frame in range(1, 101)]
    assert len(set(made)) == 100
    look.key("open.stops", 50, 2.0)
    look.apply(PIXELS, frame=50)
    layout = Layout(3)
    other = look.set({"open.stops": 0.0})
    assert look.program(layout, layout).hash == other.program(layout, layout).hash


def test_an_animation_of_one_value_is_that_value(look):
    plain = look.set({"open.stops": 0.7})
    keyed = look.set({"open.stops": Animation.of({1: 0.7, 9: 0.7})})
    assert np.array_equal(plain.apply(PIXELS), keyed.apply(PIXELS, frame=4))
    assert plain.hash != keyed.hash


# --- setting them ---------------------------------------------------------------------------------


def test_set_takes_keys_whole_one_by_one_and_takes_them_away(look):
    keyed = look.set({"open.stops": {1001: 0.0, 1040: {"value": 0.35, "ease": "smooth"}}})
    assert not look.animated
    assert keyed.animated
    moved = keyed.set({"open.stops@1040": 0.5, "open.stops@1080": 0.1})
    entries = [(k.frame, k.value, k.ease) for k in moved.op("open").values["stops"]]
    assert entries == [(1001, 0.0, "linear"), (1040, 0.5, "smooth"), (1080, 0.1, "linear")]
    assert not moved.set({"open.stops": 0.2}).animated


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"open.stops": {1001: 99}}, r"open\.stops = 99: outside -24\.\.24 stops"),
        ({"open.stops": {}}, "not a number"),
        ({"open.stops": {"1001": {"ease": "smooth"}}}, "key 1001: value: missing"),
        ({"open.stops": {1: {"value": 0, "ease": "smoth"}}}, "Did you mean smooth"),
        ({"open.stops": {1: {"value": 0, "speed": 1}}}, "no entry 'speed'"),
        ({"open.stops": {1: {"value": 0, "handles": [2, 0, 0, 1]}}}, "x1 and x2 lie in 0..1"),
        ({"trim.clamp": {1: True}}, "is part of the kernel"),
        ({"trim.slop.r@10": 1}, r"has no such parameter"),
        ({"trim.slope.x@10": 1}, r"trim\.slope has no part 'x'"),
        ({"open.stops@x": 1}, r"open\.stops@x: key 'x': a key is a frame number"),
        ({"open.stops@": 1}, "a key is a frame number"),
    ],
)
def test_what_is_no_key_is_refused(look, values, message):
    with pytest.raises((ParameterError, GraphError), match=message):
        look.set(values)


def test_one_number_of_an_animated_value_is_refused_with_the_remedy(look):
    look.key("trim.slope", 1, (1, 1, 1))
    with pytest.raises(GraphError, match=r"set the whole value.*trim\.slope\.r@1"):
        look.set({"trim.slope.r": 1.2})


def test_a_key_of_one_part_is_a_key_of_the_whole(look):
    """The other parts of the key have the value that they have at its frame."""
    look = look.set({"trim.slope": {1001: (1, 1, 1), 1011: (1, 2, 3)}})
    moved = look.set({"trim.slope.r@1006": 1.5, "trim.slope.g@1011": 4})
    values = [(key.frame, key.value) for key in moved.op("trim").values["slope"]]
    assert values == [(1001, (1, 1, 1)), (1006, (1.5, 1.5, 2)), (1011, (1, 4, 3))]
    still = look.set({"trim.offset": (0.1, 0.2, 0.3)}).set({"trim.offset.b@5": 0.5})
    assert [k.value for k in still.op("trim").values["offset"]] == [(0.1, 0.2, 0.5)]
    still.key("trim.offset.r", 7, 0.25)
    assert still.op("trim").values["offset"].at(7) == (0.25, 0.2, 0.5)


def test_a_key_does_not_reach_into_another_look(look):
    other = look.set({"trim.slope": 1.3})
    with pytest.raises(GraphError, match="stands in two looks"):
        look.key("open.stops", 1, 0.0)
    with pytest.raises(GraphError, match="stands in two looks"):
        other.key("open.stops", 1, 0.0)
    other.key("trim.slope", 1, (1, 1, 1))
    assert not look.animated


def test_an_unset_knob_takes_keys():
    look = Look("x", working="ACEScct")
    look.outputs["m"] = look.source >> grade.WhiteBalance(name="balance")
    assert not look["balance"].temperature
    assert look["balance"].temperature == None  # noqa: E711  as a user compares it
    look["balance"].temperature.key(1, 4000).key(9, 6500)
    assert look["balance"].temperature.at(5) == pytest.approx(1e6 / 201.923077)  # in mired


def test_points_of_another_number_are_another_structure():
    with pytest.raises(ParameterError, match="same number of parts"):
        grade.RGBCurves(master={1: [[0, 0], [1, 1]], 2: [[0, 0], [0.5, 0.5], [1, 1]]})
    with pytest.raises(AnimationError, match="without keys"):
        Animation.of({})
    with pytest.raises(AnimationError, match="two keys at 4"):
        Animation.of([grade.Key(4.0, 1), grade.Key(4.0, 2)])


# --- files ----------------------------------------------------------------------------------------


def test_keys_come_back_from_the_file(look, tmp_path):
    look["open"].stops.key(1001, 0.0).key(1040, 0.35, ease="smooth").key(
        1050.5, -1.0, ease="bezier", handles=(0.1, 0.2, 0.3, 1.4)
    )
    look.key("trim.slope", 1001, (1, 1, 1)).key("trim.slope", 1010, 1.5, ease="hold")
    text = new_text(look)
    assert "      1040: {value: 0.35, ease: smooth}\n" in text
    assert from_text(text, "x", tmp_path, Look) == look


def test_one_changed_key_is_one_changed_line(look, tmp_path):
    look["open"].stops.key(1001, 0.0).key(1040, 0.35, ease="smooth")
    text = new_text(look)
    loaded = from_text(text, "x", tmp_path, Look)
    for change, lines in (
        ({"open.stops@1040": 0.5}, 1),
        ({"open.stops@1020": 0.5}, 1),
        ({"open.stops": {1001: 0.0}}, 1),
    ):
        edited = edit_text(loaded.set(change), text)
        assert from_text(edited, "x", tmp_path, Look) == loaded.set(change)
        before, after = text.splitlines(), edited.splitlines()
        assert len(set(after) ^ set(before)) <= 2 * lines, edited
    still = edit_text(loaded.set({"open.stops": 0.5}), text)
    assert from_text(still, "x", tmp_path, Look) == loaded.set({"open.stops": 0.5})


# --- timecodes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [23.976, 24, 25, 29.97, 59.94, 120])
def test_timecodes_count_every_frame_once(rate):
    from grade.science.timecode import count_frames, format_timecode

    drops = (False, True) if round(rate) in (30, 60) else (False,)
    for drop in drops:
        for frame in (0, 1, 1799, 1800, 1801, 17981, 17982, 17983, 107892, 2589407):
            assert count_frames(format_timecode(frame, rate, drop), rate) == frame


def test_keys_at_timecodes_follow_the_timecode_of_the_plate(tmp_path):
    look = Look("x", working="ACEScct", rate=24)
    look.outputs["m"] = look.source >> grade.Exposure(name="open")
    look.key("open.stops", "01:00:00:00", 0.0).key("open.stops", "01:00:01:00", 1.0)
    half = look.set({"open.stops": 0.5})
    with pytest.raises(GraphError, match=r"keys at timecodes.*timecode="):
        look.apply(PIXELS, frame=12)
    made = look.apply(PIXELS, timecode="01:00:00:12")
    assert np.array_equal(made, half.apply(PIXELS))
    frame = grade.Frame.from_pixels(PIXELS, timecode="01:00:00:12")
    assert np.array_equal(look.apply(frame).pixels, half.apply(frame).pixels)
    text = new_text(look)
    assert "rate: 24" in text
    assert "      01:00:01:00: 1.0\n" in text
    assert from_text(text, "x", tmp_path, Look) == look
    moved = look.set({"open.stops@01:00:01:00": 0.5})
    assert from_text(edit_text(moved, text), "x", tmp_path, Look) == moved
    assert edit_text(moved, text) == text.replace("01:00: 1.0", "01:00: 0.5")


@pytest.mark.parametrize(
    ("keys", "rate", "message"),
    [
        ({"01:00:00:00": 0}, None, "need the rate"),
        ({"01:00:00:24": 0}, 24, "does not exist at 24"),
        ({"00:01:00;00": 0}, 29.97, "does not exist at 29.97"),
        ({"01:00:00:00": 0, "1001": 1}, 24, "no timecode"),
        ({"1:2:3": 0}, 24, "no timecode"),
    ],
)
def test_what_is_no_timecode_is_refused(keys, rate, message):
    with pytest.raises(AnimationError, match=message):
        Animation.of(keys, rate)


def test_a_key_may_be_set_after_a_plate_of_its_own_space_was_graded():
    look = Look("x", input="auto", working="ACEScct")
    look.outputs["m"] = look.source >> grade.Exposure(0.3, name="open")
    plate = grade.Frame.from_pixels(PIXELS, tags={"colorInteropID": "lin_ap0_scene"}, frame=3)
    before = look.apply(plate).pixels
    assert look.hash
    look["open"].stops.key(1, 0.3).key(3, 1.0)
    assert not np.array_equal(look.apply(plate).pixels, before)
