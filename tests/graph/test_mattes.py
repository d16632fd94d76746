"""Mattes in a look: where a node has its effect, to the bit, and how mattes combine."""

import re

import numpy as np
import pytest

import grade
from grade.errors import RequestError
from grade.graph import GraphError, Look, Matte
from grade.graph.model.matte_text import expression_of, normalize, parse_expression
from grade.ir.storage import Layout
from grade.op import MatteError

RGB = Layout(3)
HEIGHT, WIDTH = 54, 96


@pytest.fixture
def look():
    return Look("night", working="ACEScct")


@pytest.fixture
def pixels():
    random = np.random.default_rng(4)
    return random.uniform(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)


def matte_of(look, matte, pixels):
    """The numbers of a matte: of white over black."""
    black = look.source >> grade.Saturation(0.0) >> grade.CDL(slope=0.0, name="black")
    white = black >> grade.CDL(slope=0.0, offset=1.0, name="white")
    look.outputs["matte"] = grade.mix(black, white, matte=matte, name="shown")
    return look.apply(pixels, output="matte")[..., 0]


def same_bits(a, b):
    return np.array_equal(a.view(np.int32), b.view(np.int32))


# --- the effect -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("op", "working"),
    [
        *((grade.Exposure(0.7), space) for space in ("ACEScct", "ACEScg")),
        *((grade.Contrast(1.3), space) for space in ("ACEScct", "ACEScg")),
        *((grade.CDL(slope=1.2), space) for space in ("ACEScct", "ACEScg", None)),
    ],
)
def test_outside_the_matte_stay_the_bits_and_inside_is_the_whole_effect(op, working, pixels):
    look = Look("night", working=working)
    window = grade.Ellipse(center=(0.1, 0), size=(0.5, 0.4), soft=0.1, name="spot")
    look.outputs["plain"] = look.source >> op.copy(name="plain")
    look.outputs["limited"] = look.source >> op.copy(name="limited", matte=window)
    whole, limited = (look.apply(pixels, output=name) for name in ("plain", "limited"))
    matte = matte_of(look, window, pixels)
    outside, inside = matte == 0, matte == 1
    assert outside.any() and inside.any() and ((matte > 0) & (matte < 1)).any()
    assert same_bits(limited[outside], pixels[outside])
    assert same_bits(limited[inside], whole[inside])


def test_between_the_ends_the_matte_mixes(look, pixels):
    window = grade.Rectangle(size=(2, 2), name="all")
    final = look.source >> grade.CDL(slope=1.5, matte=window, amount=0.25)
    look.outputs["m"] = final
    expected = pixels + 0.25 * (1.5 * pixels - pixels)
    assert np.allclose(look.apply(pixels, output="m"), expected, rtol=1e-6)


def test_amount_of_a_window_is_its_strength(look, pixels):
    window = grade.Rectangle(size=(4, 4), amount=0.25)
    assert np.all(matte_of(look, window, pixels) == 0.25)


def test_a_key_without_a_picture_keys_what_comes_into_its_node(look, pixels):
    own = look.source >> grade.CDL(slope=1.1, name="first")
    key = grade.LumaQualifier(luma=grade.Band(0.3, 0.5, soft=0.1))
    look.outputs["a"] = own >> grade.CDL(slope=1.2, matte=key.copy(name="k"), name="a")
    look.outputs["b"] = own >> grade.CDL(slope=1.2, matte=own >> key, name="b")
    assert same_bits(look.apply(pixels, output="a"), look.apply(pixels, output="b"))


def test_a_disabled_window_is_everywhere(look, pixels):
    window = grade.Ellipse(size=(0.2, 0.2), name="spot")
    look.outputs["m"] = look.source >> grade.CDL(slope=1.5, matte=window, name="trim")
    plain = (pixels * np.float32(1.5)).astype(np.float32)
    assert not np.array_equal(look.apply(pixels), plain)
    for other in (look.without("spot"), look.set({"spot.enable": False})):
        assert np.array_equal(other.apply(pixels), plain)
        assert other.op("spot").enable is False


# --- the algebra ----------------------------------------------------------------------------------


def test_mattes_combine(look, pixels):
    a = grade.Ellipse(center=(-0.1, 0), size=(0.5, 0.5), soft=0.2, name="a")
    b = grade.Rectangle(center=(0.1, 0.05), size=(0.4, 0.3), soft=0.1, name="b")
    one, other = (matte_of(Look("x", working="ACEScct"), m, pixels) for m in (a, b))
    for matte, expected in (
        (a & b, np.minimum(one, other)),
        (a | b, np.maximum(one, other)),
        (a - b, one * (1 - other)),
        (~a, 1 - one),
        (a & ~b | b - a, np.maximum(np.minimum(one, 1 - other), other * (1 - one))),
    ):
        found = matte_of(Look("x", working="ACEScct"), matte, pixels)
        assert np.array_equal(found, expected.astype(np.float32)), matte


def test_a_matte_goes_through_ops_of_mattes(look, pixels):
    soft = grade.Ellipse(size=(0.6, 0.6), soft=0.3, name="soft")
    hard = soft >> grade.MatteLevels(black=0.25, white=0.75, name="levels")
    before, after = (matte_of(Look("x", working="ACEScct"), m, pixels) for m in (soft, hard))
    assert np.allclose(after, np.clip((before - 0.25) * 2, 0, 1), atol=1e-6)


def test_words_come_back():
    names = {name: Matte(label=name) for name in "abcd"}
    wires = {wire: name for name, wire in names.items()}
    for text in ("a", "~a", "a & b", "a | b & c", "(a | b) & c", "a - b - c", "a - (b - c)",
                 "~(a | b) - c", "a & b - c | ~d"):  # fmt: skip
        assert expression_of(parse_expression(text, names.__getitem__), wires) == text
    assert normalize("(a)&(b - c )") == "a & b - c"


@pytest.mark.parametrize("text", ["", "a &", "& a", "(a", "a)", "a b", "a + b", "~", "a & 1", "A"])
def test_what_is_no_expression_is_refused(text):
    with pytest.raises(GraphError, match=r"is not valid here|is missing|is not closed"):
        parse_expression(text, lambda name: Matte(label=name))


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("a and b", "'and' is not valid here; use &"),
        ("a or b", "'or' is not valid here; use |"),
        ("a + b", "'+' is not valid here; use |"),
        ("not a", "'not' is not valid here; use ~"),
        ("a b", "'b' is not valid here; combine mattes with & | - ~ and brackets"),
    ],
)
def test_an_operator_of_another_language_names_ours(text, hint):
    def find(name):
        if name in ("a", "b"):
            return Matte(label=name)
        raise GraphError(f"there is no matte {name!r}")

    with pytest.raises(GraphError, match=re.escape(hint)):
        parse_expression(text, find)


# --- what has no meaning --------------------------------------------------------------------------


def test_edges_are_told_apart(look):
    key = grade.HSLQualifier(hue=grade.Band(8, 35))
    window = grade.Ellipse()
    matte = look.source >> key
    assert isinstance(matte, Matte)
    with pytest.raises(RequestError, match=r"takes a picture.*matte="):
        matte >> grade.CDL()
    with pytest.raises(RequestError, match=r"takes a picture.*matte="):
        window >> grade.CDL()
    with pytest.raises(RequestError, match=r"takes a matte.*is a picture"):
        look.source >> grade.MatteLevels()
    with pytest.raises(RequestError, match="takes no picture"):
        look.source >> window
    with pytest.raises(MatteError, match=r"brackets.*\(p >> hsl_qualifier\) - b"):
        look.source >> key - window
    with pytest.raises(RequestError, match="mattes combine with mattes only"):
        matte & look.source
    with pytest.raises(RequestError, match="no truth value"):
        bool(matte)
    with pytest.raises(RequestError, match="no truth value"):
        bool(window & window)
    with pytest.raises(RequestError, match="neither matte= nor channels="):
        grade.Ellipse(matte=window)
    with pytest.raises(RequestError, match="is not a picture"):
        look.outputs["m"] = matte
    other = Look("day").source >> grade.HSLQualifier(hue=grade.Band(1, 2))
    with pytest.raises(RequestError, match="belong to different looks"):
        look.source >> grade.CDL(matte=other)
    with pytest.raises(GraphError, match="half of one is in no space"):
        look.outputs["m"] = look.source >> grade.Convert(dst="ACEScg", matte=window)
        look.program(RGB, RGB, output="m")


def test_a_name_is_one_thing(look):
    a, b = grade.Ellipse(name="spot"), grade.Rectangle(name="spot")
    with pytest.raises(GraphError, match="two nodes are called spot"):
        look.outputs["m"] = look.source >> grade.CDL(matte=a & b)
    with pytest.raises(GraphError, match="two nodes are called spot"):
        look.outputs["m"] = look.source >> grade.CDL(matte=(a & grade.Ellipse()).named("spot"))


def test_one_window_in_two_places_is_one_node(look):
    spot = grade.Ellipse(name="spot")
    inside = look.source >> grade.CDL(slope=1.1, matte=spot, name="inside")
    look.outputs["m"] = inside >> grade.CDL(slope=0.9, matte=~spot, name="outside")
    assert [(m.name, m.op.kind) for m in look.mattes()] == [("spot", "ellipse")]
    assert [(n.name, n.matte) for n in look.nodes()] == [("inside", "spot"), ("outside", "~spot")]


# --- fusing ---------------------------------------------------------------------------------------


def test_a_parallel_mixer_of_twelve_nodes_is_one_kernel_that_reads_each_input_once(look, pixels):
    base = look.source >> grade.CDL(name="base")
    branches = [base >> grade.CDL(slope=1 + 0.01 * i, name=f"b{i}") for i in range(12)]
    key = (base >> grade.HSLQualifier(hue=grade.Band(0, 90))) & grade.Ellipse(soft=0.1)
    joined = grade.parallel(base, *branches, name="all")
    final = joined >> grade.Exposure(0.5, matte=key)
    lamps = grade.MatteFile("lamps.####.exr", channel="A", name="lamps")
    look.outputs["m"] = final >> grade.CDL(offset=0.1, matte=lamps, name="last")
    from grade.passes.pipeline import lower

    half = Layout(3, "f16", planar=True)
    program = lower(look.program(half, half, inputs={"lamps": Layout(1, "f16", planar=True)}))
    assert len(program.stages) == 1
    assert program.bytes_per_pixel == 6 + 6 + 2  # picture in, picture out, matte in
    loads = [node.attr for node in program.nodes if node.op == "load"]
    assert len(loads) == len(set(loads)) == 4


def test_parallel_adds_what_the_branches_change(pixels):
    look = Look("x")
    base = look.source
    up = base >> grade.Offset(0.1, name="up")
    gain = base >> grade.CDL(slope=1.5, name="gain")
    idle = base >> grade.CDL(name="idle")
    look.outputs["sum"] = grade.parallel(base, up, gain, idle, name="s")
    look.outputs["mean"] = grade.parallel(base, up, gain, mode="average", name="m")
    assert np.allclose(look.apply(pixels, output="sum"), pixels * 1.5 + 0.1, atol=1e-6)
    assert np.allclose(look.apply(pixels, output="mean"), pixels * 1.25 + 0.05, atol=1e-6)


def test_channels_are_combined(pixels):
    look = Look("x")
    a, b, c = (look.source >> grade.CDL(slope=s, name=n) for s, n in ((1, "a"), (2, "b"), (3, "c")))
    look.outputs["m"] = grade.combine_channels(a, b, c)
    assert np.array_equal(look.apply(pixels), pixels * np.float32([1, 2, 3]))
