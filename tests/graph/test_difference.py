"""What two looks do differently, in sentences."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grade
from grade.graph import Look
from grade.graph.file.load import from_text
from grade.ops import CDL, Contrast, Exposure, RGBCurves, Saturation

HARBOUR = Path(__file__).parent / "looks" / "harbour_night.grade.yaml"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("looks")
    (path / "print.spimtx").write_text("0.5 0 0 0  0 0.5 0 0  0 0 0.5 0")
    return path


def text():
    return HARBOUR.read_text().replace("../luts/print_2383.clf", "print.spimtx")


def sentences(folder, *changes):
    new = text()
    for old, other in changes:
        assert new.count(old) == 1, old
        new = new.replace(old, other)
    before, after = from_text(text(), "a", folder, Look), from_text(new, "b", folder, Look)
    found = before.diff(after)
    assert (found == []) == (before == after and before.versions == after.versions)
    assert len(after.diff(before)) == len(found)
    return found


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("[1.04, 1.00, 0.97]", "[1.1, 1, 0.95]", "trim.slope 1.04, 1, 0.97 -> 1.1, 1, 0.95"),
        ("matte: ~spot", "matte: ~face", "edges: matte ~spot -> ~face"),
        ("matte: ~spot, ", "", "edges: matte ~spot -> none"),
        ("input: ACES2065-1", "input: ARRI LogC4", "input ACES2065-1 -> ARRI LogC4"),
        ("working: ACEScct", "working: ACEScc", "working ACEScct -> ACEScc"),
        ("time: frame ", "time: shot ", "time frame -> shot"),
        ("{value: 0.35, ease: smooth}", "{value: 0.5, ease: smooth}",
         "open.stops: key 1040 0.35 -> 0.5"),
        ("{value: 0.35, ease: smooth}", "0.35", "open.stops: key 1040 smooth -> linear"),
        ("{value: 0.35, ease: smooth}", "0.5", "open.stops: key 1040 0.35 -> 0.5, linear"),
        ("      1096: 0.35\n", "", "open.stops: key 1096 removed"),
        ("      1096: 0.35\n", "      1096: 0.35\n      1100: {value: 0, ease: hold}\n",
         "open.stops: key 1100 added, 0 hold"),
        ("\n      1001: 0.0\n      1040: {value: 0.35, ease: smooth}\n      1096: 0.35", " 1",
         "open.stops keys 1001: 0; 1040: 0.35 smooth; 1096: 0.35 -> 1"),
        ("[215, 1.25]", "[216, 1.5]", "cool.points.1 215, 1.25 -> 216, 1.5"),
        ("high: 35, soft: 8", "high: 40, soft: [8, 9]",
         "skin.hue 8..35 soft 8 -> 8..40 soft 8, 9"),
        ("face: skin & spot - lamps", "face: skin & (spot | lamps)",
         "face: skin & spot - lamps -> skin & (spot | lamps)"),
        ("temperature: 4300, tint", "enable: false, temperature: 4300, tint",
         "balance.enable true -> false"),
        ("mode: luminosity", "mode: screen", "blend.mode luminosity -> screen"),
        ("over: flat", "over: trim", None),
        ("from: print, over", "from: edges, over", None),
        ("op: contrast, contrast: 1.12, pivot: 0.18", "op: offset", "pivot: contrast -> offset"),
        ("{op: contrast, contrast: 1.12, pivot: 0.18}", "{like: edges}", None),
        ("channel: lamp.A", "channel: lamp.R", "lamps.channel lamp.A -> lamp.R"),
        ("blend, space: ACES2065-1", "blend, space: ACEScg",
         "output master: space ACES2065-1 -> ACEScg"),
        ("{from: blend, space: ACES2065-1}", "{from: blend}",
         "output master: space ACES2065-1 -> none"),
        ("master: {from: blend", "graded: {from: blend", None),
        ("mood: 5600", "mood: 5700", "version dawn: mood 5600 -> 5700"),
        ("mood: 5600, ", "", "version dawn: mood: removed"),
        ("intent: Cold", "intent: Warm", []),
        ("stops: -0.6", "note: as shot, stops: -0.6", []),
    ],
)  # fmt: skip
def test_one_change_is_one_sentence(folder, old, new, expected):
    changes = [(old, new)]
    if expected is None:
        expected = {
            "over: flat": ["flat: removed", "blend: over flat -> trim"],
            "from: print, over": ["print: removed", "blend: from print -> edges"],
            "master: {from: blend": ["output master: removed", "output graded: added"],
            "{op: contrast, contrast: 1.12, pivot: 0.18}": ["pivot: contrast -> exposure"],
        }[old]
        if old == "over: flat":
            changes.append(("  flat: {op: gamut_compress, from: trim}\n", ""))
        if old == "from: print, over":
            changes.append(("  print: {op: file_lut, file: print.spimtx, amount: 0.7}\n", ""))
        if old.startswith("{op: contrast"):
            changes = [(old, "{op: exposure, stops: -0.6}")]
    wanted = [expected] if isinstance(expected, str) else expected
    assert sentences(folder, *changes) == wanted


def test_knobs_by_name(folder):
    assert sentences(
        folder, ("mood: balance.temperature", "mood: balance.tint"), ("5600", "0.01")
    ) == [
        "knob mood balance.temperature -> balance.tint",
        "version dawn: mood 5600 -> 0.01",
    ]


def test_nodes_that_come_and_go_say_nothing_of_their_neighbours(folder):
    look = from_text(text(), "a", folder, Look)
    assert look.diff(look.without("balance")) == ["balance: removed"]
    assert look.without("balance").diff(look) == ["balance: added"]
    assert look.diff(look.without("blend")) == ["flat: removed", "blend: removed"]


def chain(*ops):
    look = Look("x")
    picture = look.source
    for op in ops:
        picture = picture >> op
    look.outputs["m"] = picture
    return look


def test_another_order_is_said():
    a, b = CDL(1.1, name="a"), Saturation(1.1, name="b")
    found = chain(a, b).diff(chain(b.copy(), a.copy()))
    assert "a: from source -> b" in found and "b: from a -> source" in found


def test_a_shared_node_and_its_own_copy():
    one = CDL(1.1, name="a")
    shared, apart = chain(one, one), chain(one.copy(), one.copy(name="a_2"))
    assert shared.diff(apart) == ["a_2: like a -> cdl"]


def test_points_of_another_number_and_unset_values():
    line, bent = [(0, 0), (1, 1)], [(0, 0), (0.5, 0.6), (1, 1)]
    found = chain(RGBCurves(line, name="c")).diff(chain(RGBCurves(bent, name="c")))
    assert found == ["c.red [0, 0], [1, 1] -> [0, 0], [0.5, 0.6], [1, 1]"]


def test_many_keys_are_one_sentence():
    def look(scale):
        keys = grade.Animation.of({frame: frame * scale for frame in range(50)})
        return chain(CDL(saturation=keys, name="a"))

    assert look(0.1).diff(look(0.2)) == ["a.saturation: 49 of 50 keys differ"]
    still = chain(CDL(name="a"))
    assert look(0.1).diff(still) == ["a.saturation 50 keys -> 1"]


def test_keys_at_timecodes(folder):
    start = "grade: 2\nlook: x\nrate: 24\nnodes:\n  a: {op: cdl, saturation: {"
    end = "}}\noutputs:\n  m: {}\n"
    a = from_text(f"{start}00:00:01:00: 0, 00:00:02:00: 1{end}", "a", folder, Look)
    b = from_text(f"{start}00:00:01:00: 0, 00:00:02:00: 0.5{end}", "b", folder, Look)
    assert a.diff(b) == ["a.saturation: key 00:00:02:00 1 -> 0.5"]


def test_a_file_with_other_content(tmp_path):
    def look(scale):
        (tmp_path / "a.spimtx").write_text(f"{scale} 0 0 0  0 1 0 0  0 0 1 0")
        return from_text(
            "grade: 2\nlook: x\nnodes:\n  a: {op: file_lut, file: a.spimtx}\noutputs:\n  m: {}\n",
            "x",
            tmp_path,
            Look,
        )

    (found,) = look(0.5).diff(look(0.25))
    assert found.startswith("a.file ") and found.count("sha256") == 2


def test_only_the_order_of_outputs():
    def look(*names):
        made = Look("x")
        picture = made.source >> CDL(1.1, name="a")
        for name in names:
            made.outputs[name] = picture
        return made

    assert look("m", "n").diff(look("n", "m")) == ["outputs m, n -> n, m"]


def test_the_config(monkeypatch):
    old = "config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6"
    new = "config: ocio://cg-config-v5.0.0_aces-v2.1_ocio-v2.6"
    plain = f"grade: 2\nlook: x\n{old}\nworking: ACEScct\noutputs:\n  m: {{}}\n"
    a, b = (
        from_text(plain, "a", Path(), Look),
        from_text(plain.replace(old, new), "b", Path(), Look),
    )
    assert a.diff(b) == [f"{old.replace(':', '', 1)} -> {new.removeprefix('config: ')}"]


ops = st.one_of(
    st.builds(CDL, st.sampled_from([1.0, 1.1]), saturation=st.sampled_from([1.0, 0.5])),
    st.builds(Contrast, st.sampled_from([1.0, 1.2])),
    st.just(Exposure(0.5)),
)


@st.composite
def looks(draw):
    look = Look("x", working="ACEScct")
    pictures = [look.source]
    for index in range(draw(st.integers(0, 4))):
        before = draw(st.sampled_from(pictures))
        name = draw(st.sampled_from([f"n{index}", f"m{index}"]))
        if draw(st.booleans()):
            pictures.append(before >> draw(ops).copy(name=name))
        else:
            pictures.append(grade.mix(before, pictures[-1], name=name))
    look.outputs["m"] = pictures[-1]
    if draw(st.booleans()):
        look.outputs["n"] = draw(st.sampled_from(pictures))
    return look


@settings(deadline=None, max_examples=60)
@given(looks(), looks())
def test_it_is_empty_exactly_for_equal_looks(a, b):
    assert (a.diff(b) == []) == (a == b)


# --- the command line -----------------------------------------------------------------------------


def test_the_verb_compares_look_files(tmp_path, capsys):
    from grade.cli import main

    start = "grade: 2\nlook: x\nnodes:\n  a: {op: cdl, slope: 1.1}\noutputs:\n  m: {}\n"
    a, b = tmp_path / "a.grade.yaml", tmp_path / "b.grade.yaml"
    a.write_text(start)
    b.write_text(start.replace("1.1", "1.2"))
    assert main(["diff", str(a), str(b)]) == 3
    said = capsys.readouterr()
    assert said.out == "a.slope 1.1 -> 1.2\n"
    assert said.err == f"{a} and {b}: 1 difference\n"
    assert main(["diff", str(a), str(b), "--json"]) == 3
    assert '"a.slope 1.1 -> 1.2"' in capsys.readouterr().out
    assert main(["diff", str(a), str(a)]) == 0
    assert capsys.readouterr().out == ""
    assert main(["diff", str(a), "plate.exr"]) == 2
    assert "one is a look file" in capsys.readouterr().err
