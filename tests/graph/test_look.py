"""Looks: names, values, other looks, meaning."""

import pytest

import grade
from grade.graph import GraphError, Look, UnknownName
from grade.op import ParameterError
from grade.ops import CDL, Convert, Display, Exposure, Offset, RGBCurves, Saturation

VIDEO = "Rec.1886 Rec.709 - Display"


@pytest.fixture
def look():
    made = Look("night", input="ACES2065-1", working="ACEScct")
    made.outputs["master"] = (
        made.source >> CDL(slope=(1.1, 1, 0.9), name="trim") >> Exposure(0.3) >> Saturation(1.1)
    )
    return made


# --- names ----------------------------------------------------------------------------------------


def test_a_node_is_found_by_its_name_or_as_the_only_one_of_its_kind(look):
    assert look["trim"].slope == (1.1, 1, 0.9)
    assert look["exposure"].stops == 0.3
    assert "trim" in look
    assert "cdl" not in look


def test_an_unknown_node_names_the_nearest(look):
    with pytest.raises(UnknownName, match=r"no node 'trm'\. Did you mean trim\?"):
        look["trm"]
    with pytest.raises(KeyError):
        look["exposur"]


def test_unnamed_ops_of_a_kind_are_counted():
    look = Look("x")
    look.outputs["a"] = look.source >> CDL() >> CDL() >> Offset(name="cdl_2") >> CDL()
    assert [placed.name for placed in look.nodes()] == ["cdl", "cdl_3", "cdl_2", "cdl_4"]


def test_two_ops_of_one_name_are_refused_and_nothing_changes(look):
    before = look.hash
    with pytest.raises(GraphError, match="two nodes are called trim"):
        look.outputs["more"] = look.output >> Offset(name="trim")
    assert list(look.outputs) == ["master"]
    assert look.hash == before


def test_source_is_no_name():
    look = Look("x")
    with pytest.raises(GraphError, match="cannot be called source"):
        look.outputs["a"] = look.source >> Offset(name="source")


def test_one_op_in_two_places_shares_its_settings():
    look, op = Look("x"), Offset(0.1, name="lift")
    look.outputs["a"] = look.source >> op >> CDL() >> op
    assert [placed.name for placed in look.nodes()] == ["lift", "cdl", "lift_2"]
    assert look.op("lift_2") is look.op("lift")
    changed = look.set({"lift_2.offset": 0.2})
    assert changed["lift"].offset == changed["lift_2"].offset == (0.2, 0.2, 0.2)
    assert changed.op("lift") is changed.op("lift_2")


# --- outputs --------------------------------------------------------------------------------------


def test_outputs_are_a_mapping_whose_first_is_the_default(look):
    master = look.outputs["master"]
    look.outputs["sdr"] = master >> Display(VIDEO, view="Un-tone-mapped")
    assert look.output is master
    assert (list(look.outputs), len(look.outputs)) == (["master", "sdr"], 2)
    assert look.outputs.get("hdr") is None
    with pytest.raises(UnknownName, match=r"no output 'sdrr'\. Did you mean sdr\?"):
        look.outputs["sdrr"]
    del look.outputs["sdr"]
    assert "sdr" not in look.outputs


def test_a_look_without_an_output_says_what_to_write():
    with pytest.raises(UnknownName, match=r'look\.outputs\["master"\] = '):
        Look("x").output  # noqa: B018


@pytest.mark.parametrize("name", ["Master", "1st", "", "a-b", 3])
def test_output_names_are_words(look, name):
    with pytest.raises(GraphError, match="a name is lower-case letters"):
        look.outputs[name] = look.source


def test_what_brings_an_output_to_its_space_is_no_node(look):
    look.outputs["aces"] = look.output >> Convert(dst="ACES2065-1")
    look.outputs["video"] = look.output >> Display(VIDEO, view="Un-tone-mapped")
    assert [placed.name for placed in look.nodes()] == ["trim", "exposure", "saturation"]
    assert look.output_space() == "ACEScct"
    assert look.output_space("aces") == "ACES2065-1"
    assert look.output_space("video") == VIDEO
    assert [look.output_is_display(name) for name in look.outputs] == [False, False, True]


def test_a_conversion_with_a_name_or_a_follower_is_a_node(look):
    look.outputs["a"] = (
        look.output >> Convert(dst="ACEScg", name="to_light") >> Convert(dst="ACEScc")
    )
    look.outputs["b"] = look.outputs["a"].inputs[0] >> Offset()
    assert [p.name for p in look.nodes()][-2:] == ["to_light", "offset"]


# --- other looks ----------------------------------------------------------------------------------


def test_set_gives_a_new_look(look):
    new = look.set({"trim.slope": (1.2, 1, 1), "exposure.amount": 0.5})
    assert (new["trim"].slope, new["exposure"].amount) == ((1.2, 1, 1), 0.5)
    assert (look["trim"].slope, look["exposure"].amount) == ((1.1, 1, 0.9), 1)
    assert new.op("saturation") is look.op("saturation")
    assert new.source is look.source


def test_set_reaches_one_number(look):
    assert look.set({"trim.slope.r": 1.5})["trim"].slope == (1.5, 1, 0.9)
    two = look.set({"trim.slope.r": 1.5, "trim.slope.b": 0.5, "trim.power": 2})["trim"]
    assert (two.slope, two.power) == ((1.5, 1, 0.5), (2, 2, 2))
    curves = Look("x")
    curves.outputs["a"] = curves.source >> RGBCurves()
    field = next(n for n, s in RGBCurves.params().items() if n != "amount" and s.default != 1)
    points = curves["rgb_curves"].values[field]
    moved = curves.set({f"rgb_curves.{field}.0.y": 0.125})["rgb_curves"].values[field]
    assert moved[0] == (points[0][0], 0.125)
    assert moved[1:] == points[1:]


def test_set_keeps_a_node_without_a_name_so(look):
    assert look.set({"exposure.stops": 1})["exposure"].name is None


@pytest.mark.parametrize(
    ("path", "value", "error", "message"),
    [
        ("trm.slope", 1, UnknownName, r"no node 'trm'\. Did you mean trim\?"),
        (
            "trim.saturaton",
            1,
            ParameterError,
            r"^trim\.saturaton: cdl has no such parameter\. Did you mean saturation \(.*1\)\?",
        ),
        ("trim.slope.x", 1, UnknownName, r"trim\.slope has no part 'x'\. Known: b, g, r\."),
        ("trim.saturation.r", 1, UnknownName, r"trim\.saturation has no part 'r'"),
        ("trim.note.r", "x", UnknownName, r"trim\.note has no part 'r'"),
        ("trim", 1, UnknownName, r"^trim: name a parameter too, as in trim\.slope"),
        ("trim.saturation", -1, ParameterError, r"^trim\.saturation = -1: outside 0\.\..* factor"),
        ("exposure.amount", 2, ParameterError, r"^exposure\.amount = 2: outside 0\.\.1 fraction"),
        ("exposure.stops", "much", ParameterError, r"^exposure\.stops = 'much': not a number"),
    ],
)
def test_set_refuses_by_name(look, path, value, error, message):
    with pytest.raises(error, match=message) as caught:
        look.set({path: value})
    assert caught.value.exit_code == 2


def test_without_joins_what_was_around(look):
    less = look.without("exposure")
    assert [(p.name, p.inputs) for p in less.nodes()] == [
        ("trim", ("source",)),
        ("saturation", ("trim",)),
    ]
    assert look.without("trim", "exposure", "saturation").output is look.source
    mixed = Look("m")
    a, b = mixed.source >> CDL(name="a"), mixed.source >> Offset(name="b")
    mixed.outputs["x"] = grade.mix(a, b)
    assert [p.name for p in mixed.without("mix").nodes()] == ["a"]
    with pytest.raises(UnknownName, match="exposure"):
        look.without("exposre")


# --- meaning --------------------------------------------------------------------------------------


def built(name="night", slope=(1.1, 1, 0.9), intent="", **fields):
    look = Look(name, input="ACES2065-1", working="ACEScct", intent=intent)
    look.outputs["master"] = look.source >> CDL(slope=slope, name="trim", **fields) >> Exposure(0.3)
    return look


def test_equal_looks_are_equal_whatever_they_are_called():
    one = built()
    assert one == built(name="day", intent="warm") == built(note="by hand", saturation=1.0)
    assert one.hash == built(slope=[1.1, 1.0, 0.9]).hash
    assert len(one.hash) == 64
    assert one != "night"
    with pytest.raises(TypeError):
        hash(one)


@pytest.mark.parametrize(
    "other",
    [
        built(slope=(1.1, 1, 0.91)),
        built(enable=False),
        built(amount=0.9),
        built(space="ACEScc"),
        built().with_input("ACEScg"),
        built().without("exposure"),
        built().set({"exposure.stops": 0.0}),
    ],
)
def test_what_changes_the_picture_changes_the_hash(other):
    assert other != built()
    assert other.hash != built().hash


def test_wiring_counts():
    def fan(swap):
        look = Look("x")
        a, b = look.source >> CDL(name="a"), look.source >> Offset(name="b")
        look.outputs["x"] = grade.mix(b, a) if swap else grade.mix(a, b)
        return look

    assert fan(False) == fan(False) != fan(True)


def test_the_hash_follows_the_outputs():
    look = built()
    before = look.hash
    look.outputs["more"] = look.output
    assert look.hash != before
    del look.outputs["more"]
    assert look.hash == before


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"name": ""}, "look name ''"),
        ({"name": 3}, "look name 3"),
        ({"name": "x", "time": "day"}, "takes frame or shot"),
    ],
)
def test_a_look_refuses_what_is_no_look(arguments, message):
    with pytest.raises(GraphError, match=message):
        Look(**arguments)


def test_values_that_only_fit_together_may_be_set_together():
    look = Look("x")
    look.outputs["m"] = look.source >> grade.LUT1D()
    wide = look.set({"lut1d.domain_min": 2.0, "lut1d.domain_max": 3.0})
    assert wide["lut1d"].values["domain_min"] == (2.0, 2.0, 2.0)
    with pytest.raises(ParameterError, match=r"^lut1d\.domain_max = 1"):
        look.set({"lut1d.domain_min": 2.0})


@pytest.mark.parametrize("field", ["input", "working"])
def test_a_space_is_named(field):
    with pytest.raises(GraphError, match=f"{field} = 3: takes the name of a space"):
        Look("x", **{field: 3})
