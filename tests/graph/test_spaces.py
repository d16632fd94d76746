"""In which space an op works: the wraps, what they save, and what is refused."""

import numpy as np
import pytest

import grade
from grade.graph import DomainError, GraphError, Look
from grade.graph.tracing.spaces import Spaces
from grade.ir.expression import Node
from grade.ir.storage import Layout
from grade.op import OPS, Op, Param
from grade.ops import CDL, Contrast, Convert, Display, Exposure, Offset, PrinterLights, WhiteBalance
from grade.science.primaries import PRIMARIES

VIDEO = "Rec.1886 Rec.709 - Display"
LIGHT = (np.random.default_rng(7).random((4, 5, 3)) * 4 + 0.2).astype(np.float32)


def through(working, *ops, source="ACES2065-1", target="ACES2065-1"):
    look = Look("x", input=source, working=working)
    picture = look.source
    for op in ops:
        picture = picture >> op
    look.outputs["master"] = picture if target is None else picture >> Convert(dst=target)
    return look


def spaces(look, output=None):
    return [(edge.node, edge.space_in, edge.conversion) for edge in look.edges(output)]


# --- the promises of the page of words ------------------------------------------------------------


@pytest.mark.parametrize("working", ["ACEScct", "ARRI LogC4", "ACEScg"])
def test_one_stop_doubles_the_light_in_every_working_space(compute, working):
    graded = compute(through(working, CDL(), Exposure(1)), LIGHT)
    np.testing.assert_allclose(graded, LIGHT * 2, rtol=1e-5)


def test_a_bare_gain_on_code_values_would_not(compute):
    graded = compute(through("ACEScct", Exposure(1, space="ACEScct")), LIGHT)
    assert (np.abs(graded / LIGHT - 2) > 0.1).any()


def test_one_printer_point_in_acescct(compute):
    look = Look("x", working="ACEScct")
    look.outputs["master"] = look.source >> PrinterLights(master=1)
    grey = np.full((1, 1, 3), 0.4135884, np.float32)
    np.testing.assert_allclose(compute(look, grey) - grey, 0.004740, atol=5e-7)


def test_a_linear_and_a_log_contrast_meet_where_acescct_is_a_logarithm(compute):
    line = compute(through("ACEScct", Contrast(1.3, style="log")), LIGHT[..., :1].repeat(3, -1))
    curve = compute(through("ACEScct", Contrast(1.3)), LIGHT[..., :1].repeat(3, -1))
    np.testing.assert_allclose(line, curve, rtol=1e-4)


# --- wraps ----------------------------------------------------------------------------------------


def test_adjacent_linear_ops_share_one_way_in_and_one_way_out():
    look = through("ACEScct", CDL(), Exposure(0.5), WhiteBalance(temperature=5000), CDL(name="b"))
    assert spaces(look) == [
        ("source", "ACES2065-1", ()),
        ("cdl", "ACEScct", ("Matrix", "LogCamera")),
        ("exposure", "ACEScg", ("LogCamera",)),
        ("white_balance", "ACEScg", ()),
        ("b", "ACEScct", ("LogCamera",)),
        ("outputs.master", "ACEScct", ("LogCamera", "Matrix")),
        ("master", "ACES2065-1", ()),
    ]


def test_a_first_linear_op_never_sees_the_log_space():
    look = through("ACEScct", Exposure(0.5), target=None)
    assert [conversion for _, _, conversion in spaces(look)] == [(), ("Matrix",), ("LogCamera",)]


def test_a_space_that_clips_is_not_jumped_over():
    """ACEScc holds no light below its floor: the way through it leaves a trace."""
    look = through("ACEScc", Exposure(0.5), Exposure(0.5, name="again"))
    assert any("Range" in conversion for _, _, conversion in spaces(look)[2:])
    assert [space for _, space, _ in spaces(look)][1:3] == ["ACEScg", "ACEScg"]
    assert spaces(look)[2][2] != ()


def test_neutral_ops_in_another_space_cost_no_bit(compute):
    """Converted there and back a number moves; what did nothing must not have moved it."""
    codes = np.linspace(-0.4, 1.4, 96, dtype=np.float32).reshape(4, 8, 3)
    look = Look("x", working="ACEScct")
    look.outputs["master"] = look.source >> Exposure() >> WhiteBalance() >> Contrast() >> CDL()
    assert compute(look, codes).astype(np.float32).tobytes() == codes.tobytes()
    assert look.apply(codes).tobytes() == codes.tobytes()
    off = look.set({"exposure.stops": 1, "exposure.amount": 0})
    assert off.apply(codes).tobytes() == codes.tobytes()
    assert (look.set({"exposure.stops": 1e-3}).apply(codes) != codes).any()


def test_a_node_space_overrides_the_domain():
    look = through("ACEScct", CDL(space="ACEScg"), Exposure(1, space="ACEScc", name="odd"))
    assert [(node, space) for node, space, _ in spaces(look)][1:3] == [
        ("cdl", "ACEScg"),
        ("odd", "ACEScc"),
    ]


def test_a_disabled_node_is_left_out(compute):
    look = through("ACEScct", Exposure(1, enable=False), CDL(1.2, enable=False))
    assert [node for node, _, _ in spaces(look)] == ["source", "outputs.master", "master"]
    assert look.program(Layout(3), Layout(3)).uniforms == ()
    np.testing.assert_allclose(compute(look, LIGHT), LIGHT, rtol=1e-6)


def test_ops_after_a_conversion_act_in_the_space_it_leads_to():
    look = through("ACEScct", Convert(dst="ARRI LogC4"), CDL(), Exposure(1), target=None)
    assert [space for _, space, _ in spaces(look)][2:] == [
        "ARRI LogC4",
        "Linear ARRI Wide Gamut 4",
        "ARRI LogC4",
    ]
    assert look.output_space() == "ARRI LogC4"


def test_a_stated_src_is_believed(compute):
    look = Look("x", working="ACEScct")
    look.outputs["a"] = look.source >> Convert(src="ACEScg", dst="ACES2065-1")
    plain = Look("y")
    plain.outputs["a"] = plain.source >> Convert(src="ACEScg", dst="ACES2065-1")
    np.testing.assert_array_equal(compute(look, LIGHT), compute(plain, LIGHT))


def test_branches_share_and_mix_in_one_space(compute):
    look = Look("x", input="ACES2065-1", working="ACEScct")
    bright = look.source >> Exposure(1)
    look.outputs["a"] = grade.mix(look.source, bright, amount=0.5)
    codes = compute(through("ACEScct", target=None), LIGHT)
    lighter = compute(through("ACEScct", Exposure(1), target=None), LIGHT)
    np.testing.assert_allclose(compute(look, LIGHT), (codes + lighter) / 2, rtol=1e-6)


@pytest.mark.parametrize("amount", [0.0, 1.0])
def test_mix_has_the_bits_of_its_ends(amount):
    values = np.array([1e30, -0.0, 1e-40, np.inf, -1e-3, 3.0], np.float32).reshape(1, 2, 3)
    look = Look("x")
    other = look.source >> Offset(0.25)
    look.outputs["mixed"] = grade.mix(look.source, other, amount=amount)
    look.outputs["end"] = (look.source, other)[int(amount)]
    mixed, end = (look.apply(values, output=name) for name in ("mixed", "end"))
    assert mixed.tobytes() == end.tobytes()


def test_one_op_in_two_places_has_one_set_of_uniforms():
    op = Offset(0.1, name="lift")
    look = through("ACEScct", op, CDL(), op, target=None)
    names = [uniform.name for uniform in look.program(Layout(3), Layout(3)).uniforms]
    assert sorted(n for n in names if n.startswith("lift.")) == [
        "lift.amount",
        "lift.offset.b",
        "lift.offset.g",
        "lift.offset.r",
    ]
    assert len(names) == len(set(names))


# --- what is refused ------------------------------------------------------------------------------


def test_numbers_as_they_are_take_only_ops_for_any_space(compute):
    look = Look("x")
    look.outputs["master"] = look.source >> CDL(2.0)
    np.testing.assert_allclose(compute(look, LIGHT), LIGHT * 2, rtol=1e-6)
    assert look.output_space() is None
    assert not look.output_is_display()
    assert spaces(look) == [("source", None, ()), ("cdl", None, ()), ("master", None, ())]


@pytest.mark.parametrize(
    ("op", "message"),
    [
        (Exposure(1), r"^exposure: exposure works on linear light, .*working=\"ACEScct\""),
        (PrinterLights(), r"^printer_lights: .* works on log code values"),
        (CDL(space="ACEScct"), r"^cdl\.space = 'ACEScct': the look does not say"),
        (Display(VIDEO, view="Un-tone-mapped", name="tv"), r"^tv: .* give src="),
        (Convert(dst="ACEScg", name="out"), r"^out: .* give src="),
    ],
)
def test_an_op_that_needs_a_space_is_refused_with_the_remedy(op, message):
    look = Look("x")
    look.outputs["master"] = look.source >> op
    with pytest.raises(DomainError, match=message) as caught:
        look.program(Layout(3), Layout(3))
    assert caught.value.exit_code == 2


def test_a_log_op_in_a_linear_space_is_refused_with_the_remedy(compute):
    look = through("ACEScg", PrinterLights(master=1))
    with pytest.raises(DomainError, match=r"works on log code values, and ACEScg is scene-linear"):
        look.edges()
    fixed = through("ACEScg", PrinterLights(master=1, space="ACEScct"))
    assert spaces(fixed)[1][1] == "ACEScct"
    compute(fixed, LIGHT)


def test_a_display_op_before_the_display_is_refused():
    class Knee(Op, abstract=True):
        domain = "display"
        kind = "knee"
        knee = Param(0.0, soft=(0, 1), hard=(0, 1), unit="fraction", doc="Toy.")

        def forward(self, x):
            return x + self.knee

    Knee.kind = "knee"
    assert "knee" not in OPS
    with pytest.raises(DomainError, match="put it behind a Display"):
        through("ACEScct", Knee(), target=None).edges()
    late = through("ACEScct", Display(VIDEO, view="Un-tone-mapped"), Knee(), target=None)
    assert spaces(late)[2][:2] == ("knee", VIDEO)


def test_pictures_of_two_spaces_do_not_mix():
    look = Look("x", working="ACEScct")
    look.outputs["a"] = grade.mix(look.source, look.source >> Convert(dst="ACEScg"))
    with pytest.raises(DomainError, match="its pictures are in ACEScct and ACEScg"):
        look.edges()


@pytest.mark.parametrize("fields", [{"amount": 0.5}, {"channels": "r"}, {"space": "ACEScg"}])
def test_half_a_conversion_is_refused(fields):
    with pytest.raises(GraphError, match="a conversion is done as a whole"):
        through("ACEScct", Convert(dst="ACEScg", **fields)).edges()


def test_half_a_conversion_finds_no_kernel_of_the_whole():
    whole = through("ACEScct", Convert(dst="ACEScg", name="way"), Exposure())
    whole.apply(np.zeros((1, 1, 3), np.float32), device="cpu")
    with pytest.raises(GraphError, match="a conversion is done as a whole"):
        whole.set({"way.amount": 0.5}).apply(np.zeros((1, 1, 3), np.float32), device="cpu")


def test_an_input_that_files_decide_must_be_decided():
    look = through("ACEScct", CDL(), source="auto")
    with pytest.raises(GraphError, match="with_input"):
        look.edges()
    assert spaces(look.with_input("ACEScg"))[0][1] == "ACEScg"


def test_an_unknown_space_names_the_nearest():
    with pytest.raises(grade.errors.RequestError, match="ACEScct"):
        through("ACESct", CDL()).edges()


# --- what an op is told about its space -----------------------------------------------------------


@pytest.mark.parametrize(
    ("space", "known"),
    [
        ("ACEScct", "ap1"),
        ("ACES2065-1", "ap0"),
        ("Linear Rec.709 (sRGB)", "rec709"),
        ("ARRI LogC4", "awg4"),
        ("ARRI LogC3 (EI800)", "awg3"),
        ("S-Log3 S-Gamut3.Cine", "sgamut3cine"),
        ("DaVinci Intermediate WideGamut", "davinci"),
    ],
)
def test_primaries_are_the_published_ones(space, known):
    found = Spaces(Look("x", working=space)).working(space).to_xyz
    np.testing.assert_allclose(found, PRIMARIES[known].to_xyz, atol=1e-6)


def test_codes_of_light_are_those_of_the_space():
    spaces = Spaces(Look("x", working="ACEScct"))
    light = np.array([0.18, 1.0])
    for space, codes in (("ACEScct", [0.4135884, 0.5547945]), ("ACEScg", light)):
        found = [float(spaces.working(space).encode(np.float64(value))) for value in light]
        np.testing.assert_allclose(found, codes, atol=1e-6)
    grey = spaces.working("ACEScct").encode(0.18)
    assert isinstance(grey, Node), "a plain number must not go through NumPy's logarithm"


def test_daylight_is_the_white_of_a_camera(compute):
    """D65 lies on the locus of daylight."""
    grey = np.full((1, 1, 3), 0.18, np.float32)
    daylight = WhiteBalance(temperature=6504)
    look = through("ARRI LogC4", daylight, source="Linear ARRI Wide Gamut 4", target="ACEScg")
    np.testing.assert_allclose(compute(look, grey), grey, rtol=5e-3)
    look = through("ACEScct", daylight, source="ACEScg", target="ACEScg")
    assert (np.abs(compute(look, grey) / grey - 1) > 0.02).any(), "the white of ACES is D60"


def test_a_delivery_to_the_space_that_numbers_came_in_costs_an_idle_op_no_bit():
    """The last op worked in linear light and did nothing; the way out leads home."""
    look = Look("x", input="ACEScct", working="ACEScct")
    look.outputs["m"] = look.source >> grade.Exposure(0.0) >> grade.Convert(dst="ACEScct")
    pixels = np.float32([[[0.0, -0.0, 1e-8], [0.0729055, 0.4135884, 1.5]]])
    made = look.apply(pixels)
    assert np.array_equal(made.view(np.int32), pixels.view(np.int32))
