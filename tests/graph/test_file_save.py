"""Writing look files: what was loaded comes back, and one changed knob is one changed line."""

import difflib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import grade
from grade.graph import GraphError, Look, UnknownName
from grade.graph.file.edit_look import edit_text
from grade.graph.file.load import from_text
from grade.graph.file.new_text import new_text
from grade.graph.file.save import text_of
from grade.op import OPS
from grade.ops import CDL, LUT3D, Convert, Display, Exposure, Offset, RGBCurves, Saturation

VIDEO = "Rec.1886 Rec.709 - Display"
NIGHT = f"""\
# A look by hand.
grade:   2
look: harbour_night     # the harbour, by night
intent: >-
  Cold night exterior.
  Skin stays warm.

config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input:  ACES2065-1
working: ACEScct

nodes:
    # the trim of the day
    trim:
        op: cdl
        slope: [1.04, 1.00,
                0.97]           # warm
        saturation:   0.95      # a little

    open: {{op: exposure,   stops: 0.30}}   # half a stop would be too much
    balance:
        op: white_balance
        temperature: 4300
    off: {{ op: contrast, contrast: 1.12 }}
    again: {{like: open}}
    flat: {{op: exposure, from: trim}}
    blend: {{op: mix, from: again, over: flat, amount: 0.15}}

outputs:
    master:
        from: blend
        space: ACES2065-1
    sdr: {{from: blend, display: {VIDEO}, view: Un-tone-mapped}}
# the end
"""


def load(text=NIGHT) -> Look:
    return from_text(text, "night.grade.yaml", Path(), Look)


def changed(look: Look, text: str = NIGHT) -> list[str]:
    """The lines of a diff, after checking that the new text is the look."""
    new = edit_text(look, text)
    assert from_text(new, "new", Path(), Look) == look
    assert text_of(look, Path()) == new
    diff = difflib.unified_diff(text.split("\n"), new.split("\n"), n=0, lineterm="")
    return [line for line in diff if not line.startswith(("---", "+++", "@@"))]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_nothing_changed_is_nothing_written(tmp_path, newline):
    path = tmp_path / "night.grade.yaml"
    path.write_bytes(NIGHT.replace("\n", newline).encode())
    before = path.read_bytes()
    look = grade.load(path)
    assert look.save(path) == path
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert look == grade.load(path)


@pytest.mark.parametrize(
    ("values", "lines"),
    [
        ({"trim.slope.r": 1.1}, ["-        slope: [1.04, 1.00,", "+        slope: [1.1, 1.00,"]),
        (
            {"trim.saturation": 1},
            [
                "-        saturation:   0.95      # a little",
                "+        saturation:   1.0      # a little",
            ],
        ),
        (
            {"open.stops": -0.25},
            [
                "-    open: {op: exposure,   stops: 0.30}   # half a stop would be too much",
                "+    open: {op: exposure,   stops: -0.25}   # half a stop would be too much",
            ],
        ),
        (
            {"flat.enable": False},
            [
                "-    flat: {op: exposure, from: trim}",
                "+    flat: {op: exposure, from: trim, enable: false}",
            ],
        ),
        ({"trim.power.b": 1.5}, ["+        power: [1.0, 1.0, 1.5]"]),
        ({"balance.temperature": None}, ["-        temperature: 4300"]),
        ({"balance.note": "as shot"}, ["+        note: as shot"]),
        ({"trim.saturation": 0.95}, []),
    ],
)
def test_one_knob_is_one_line(values, lines):
    assert changed(load().set(values)) == lines


def test_three_numbers_that_agree_are_exchanged_one_by_one():
    assert changed(load().set({"trim.slope": 1.5})) == [
        "-        slope: [1.04, 1.00,",
        "-                0.97]           # warm",
        "+        slope: [1.5, 1.5,",
        "+                1.5]           # warm",
    ]


def test_a_node_leaves_with_its_lines():
    assert changed(load().without("off")) == ["-    off: { op: contrast, contrast: 1.12 }"]
    assert changed(load().without("balance"))[1:] == [
        "-        op: white_balance",
        "-        temperature: 4300",
    ]


def test_what_followed_a_node_is_wired_anew():
    lines = changed(load().without("trim"))
    assert "+    flat: {op: exposure, from: source}" in lines
    assert sum(line.startswith("+") for line in lines) == 1
    lines = changed(load().without("blend"))
    assert "+        from: again" in lines


def test_spaces_and_titles_are_lines_too():
    assert changed(load().with_input("ACEScg")) == ["-input:  ACES2065-1", "+input:  ACEScg"]
    assert changed(load().with_input(None)) == ["-input:  ACES2065-1"]
    look = load()
    look = look.derive(time="shot")
    assert changed(look) == ["+time: shot"]


def test_new_nodes_and_outputs_are_added_at_the_end():
    look = load()
    blend = look.outputs["master"].inputs[0]
    look.outputs["punchy"] = blend >> Saturation(1.2, name="punch") >> Convert(dst="ACEScg")
    assert changed(look) == [
        "+    punch: {op: saturation, saturation: 1.2}",
        "+    punchy: {from: punch, space: ACEScg}",
    ]
    del look.outputs["sdr"]
    assert f"-    sdr: {{from: blend, display: {VIDEO}, view: Un-tone-mapped}}" in changed(look)


def test_an_output_may_change_its_target():
    look = load()
    look.outputs["master"] = look.outputs["master"].inputs[0] >> Display(VIDEO, view="Raw")
    assert changed(look) == [
        "-        space: ACES2065-1",
        f"+        display: {VIDEO}",
        "+        view: Raw",
    ]


def test_all_nodes_may_go():
    look = load().without("trim", "open", "balance", "off", "flat", "blend")
    assert load(edit_text(look, NIGHT)) == look
    assert look.nodes() == []
    assert "nodes:" not in edit_text(look, NIGHT)


def test_a_look_without_a_config_is_pinned_on_save(tmp_path):
    text = "grade: 2\nlook: x\nworking: ACEScct\noutputs:\n  m: {}\n"
    look = from_text(text, "x", Path(), Look)
    saved = look.save(tmp_path / "x.grade.yaml").read_text()
    config = "config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6\n"
    assert saved == text.replace("look: x\n", f"look: x\n{config}")


# --- new files ------------------------------------------------------------------------------------


def test_a_new_file_reads_like_one_by_hand(tmp_path):
    look = Look("night", input="auto", working="ACEScct", intent="Cold: but not blue.")
    base = look.source >> CDL((1.1, 1, 0.9), saturation=0.9, offset=0.01, name="trim")
    opened = base >> Exposure(0.3, name="open")
    look.outputs["master"] = grade.mix(opened, base, amount=0.25, name="soft")
    look.outputs["sdr"] = look.output >> Display(VIDEO, view="Un-tone-mapped")
    path = look.save(tmp_path / "looks" / "night.grade.yaml")
    assert path.read_text() == (
        "grade: 2\n"
        "look: night\n"
        'intent: "Cold: but not blue."\n'
        "config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6\n"
        "input: auto\n"
        "working: ACEScct\n"
        "nodes:\n"
        "  trim:\n"
        "    op: cdl\n"
        "    slope: [1.1, 1.0, 0.9]\n"
        "    offset: 0.01\n"
        "    saturation: 0.9\n"
        "  open: {op: exposure, stops: 0.3}\n"
        "  soft: {op: mix, over: trim, amount: 0.25}\n"
        "outputs:\n"
        "  master: {from: soft}\n"
        f"  sdr: {{from: soft, display: {VIDEO}, view: Un-tone-mapped}}\n"
    )
    assert grade.load(path) == look


def test_unnamed_nodes_of_a_kind_are_an_error_with_the_line_to_add(tmp_path):
    look = Look("x")
    look.outputs["m"] = look.source >> CDL(1.1) >> CDL(0.9)
    with pytest.raises(GraphError, match=r"name this one: CDL\(.*1\.1.*name='cdl'\)"):
        look.save(tmp_path / "x.grade.yaml")
    assert list(tmp_path.iterdir()) == []


def test_what_a_file_cannot_hold_is_refused(tmp_path):
    look = Look("x")
    with pytest.raises(UnknownName, match="has no output"):
        look.save(tmp_path / "x.grade.yaml")
    look.outputs["m"] = look.source >> LUT3D(np.zeros((2, 2, 2, 3)))
    with pytest.raises(GraphError, match=r"lut3d\.table: an array has no place in a look file"):
        look.save(tmp_path / "x.grade.yaml")


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    look = Look("x")
    look.outputs["m"] = look.source >> Offset()
    with pytest.raises(
        grade.errors.TemporaryError, match=r"file/x\.grade\.yaml: cannot be written"
    ):
        look.save(tmp_path / "file" / "x.grade.yaml")


# --- round trips ----------------------------------------------------------------------------------

numbers = st.floats(-1, 1, allow_subnormal=True)
places = st.lists(st.integers(-99, 99).map(lambda i: i / 7), min_size=2, max_size=6, unique=True)
curves = places.map(lambda xs: [(x, x * x / 99) for x in sorted(xs)])
ops = st.one_of(
    st.builds(CDL, slope=st.tuples(*[st.floats(0.5, 2)] * 3), offset=numbers),
    st.builds(Offset, st.tuples(numbers, numbers, numbers), amount=st.floats(0, 1)),
    st.builds(Saturation, st.floats(0, 2), enable=st.booleans(), note=st.text(max_size=9)),
    st.builds(RGBCurves, curves),
    st.sampled_from([Offset(0.25, name="shared")]),
)


@st.composite
def looks(draw):
    """A look with branches, shared ops, unnamed sole ops, several outputs."""
    look = Look(draw(st.sampled_from(["x", "a b", "off", "1e3"])), intent=draw(st.text(max_size=9)))
    pictures = [look.source]
    for index in range(draw(st.integers(0, 7))):
        op = draw(ops)
        if op.name is None:
            op = op.copy(name=f"n{index}")
        before = pictures[draw(st.integers(0, len(pictures) - 1))]
        if draw(st.integers(0, 4)) == 0:
            pictures.append(grade.mix(before, pictures[-1], name=f"mix{index}"))
        else:
            pictures.append(before >> op)
    for index, picture in enumerate(pictures[::-1][: draw(st.integers(1, 3))]):
        look.outputs[f"out{index}"] = picture
    return look


@settings(deadline=None)
@given(looks())
def test_every_look_comes_back_from_its_file(look):
    text = new_text(look)
    loaded = from_text(text, "x", Path(), Look)
    assert loaded == look
    assert (loaded.name, loaded.intent) == (look.name, look.intent)
    assert text_of(loaded, Path()) == text


@settings(deadline=None)
@given(looks(), st.data())
def test_every_change_of_a_look_finds_its_way_into_the_file(look, data):
    loaded = from_text(new_text(look), "x", Path(), Look)
    names = list(dict.fromkeys(loaded.names.ops))
    if not names:
        return
    name = data.draw(st.sampled_from(names))
    change = data.draw(st.sampled_from(["amount", "without", "note"]))
    if change == "without":
        other = loaded.without(name)
    else:
        value = 0.5 if change == "amount" else "x: y"
        other = loaded.set({f"{name}.{change}": value})
    edited = edit_text(other, loaded.text)
    assert from_text(edited, "x", Path(), Look) == other
    if change == "amount":
        before, after = loaded.text.split("\n"), edited.split("\n")
        assert len(set(after) - set(before)) <= 1


def test_every_op_of_the_catalogue_comes_back(tmp_path):
    file = tmp_path / "half.spimtx"
    file.write_text("0.5 0 0 0  0 0.5 0 0  0 0 0.5 0")
    needed = {"file": file, "looks": "ACES 1.3 Reference Gamut Compression"}
    look = Look("x", working="ACEScct")
    picture = look.source
    for kind, op in sorted(OPS.items()):
        pictures = op.takes == op.makes == "picture" and op.pictures == ("from",)
        if op.__module__.startswith("grade.ops.") and pictures and op.more is None:
            given = {"dst": "ACEScct"} if "dst" in op.settings else {}
            if {"display", "processor"} & set(op.settings):
                continue
            given |= {name: value for name, value in needed.items() if name in op.settings}
            picture = picture >> op(name=kind, note="here", **given)
    look.outputs["m"] = picture
    assert from_text(new_text(look), "x", Path(), Look) == look
