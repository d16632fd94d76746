"""Reading look files: what they mean, and every message with its line."""

from pathlib import Path

import pytest

import grade
from grade import settings
from grade.graph import Look, LookFileError
from grade.graph.file.load import from_text
from grade.ops import CDL, Convert, Display, Exposure

CONFIG = "ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6"
VIEW = "ACES 2.0 - SDR 100 nits (Rec.709)"
NIGHT = f"""\
grade: 2                                   # format version
look: harbour_night
intent: Cold night exterior. Skin stays warm.
config: {CONFIG}
input: ACES2065-1                          # or auto
working: ACEScct
nodes:
  # the trim of the day
  trim:
    op: cdl
    slope: [1.04, 1.00, 0.97]              # warm
    saturation: 0.95
  open: {{op: exposure, stops: 0.30}}
  off: {{op: contrast, contrast: 1.12}}
  again: {{like: open}}
  flat: {{op: exposure, from: trim}}
  blend: {{op: mix, from: again, over: flat, amount: 0.15}}
outputs:
  master: {{from: blend, space: ACES2065-1}}
  sdr: {{from: blend, display: Rec.1886 Rec.709 - Display, view: {VIEW}}}
"""
SHOWN = "looks/night.grade.yaml"


def load(text) -> Look:
    return from_text(text, SHOWN, Path(), Look)


def refusal(old: str, new: str, text: str = NIGHT) -> str:
    assert text.count(old) == 1, old
    with pytest.raises(LookFileError) as caught:
        load(text.replace(old, new))
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_a_file_is_the_look_that_python_would_build():
    look = Look("harbour_night", input="ACES2065-1", working="ACEScct")
    trim = look.source >> CDL(slope=(1.04, 1, 0.97), saturation=0.95, name="trim")
    opened = Exposure(0.3, name="open")
    off = trim >> opened >> grade.Contrast(1.12, name="off")
    again = grade.graph.place(opened, off, label="again")
    blend = grade.mix(again, trim >> Exposure(name="flat"), amount=0.15, name="blend")
    look.outputs["master"] = blend >> Convert(dst="ACES2065-1")
    look.outputs["sdr"] = blend >> Display("Rec.1886 Rec.709 - Display", view=VIEW)
    loaded = load(NIGHT)
    assert loaded == look
    assert loaded.hash == look.hash
    assert (loaded.name, loaded.intent) == (
        "harbour_night",
        "Cold night exterior. Skin stays warm.",
    )
    assert [p.name for p in loaded.nodes()] == ["trim", "open", "off", "again", "flat", "blend"]
    assert loaded.op("again") is loaded.op("open")


def test_formatting_is_not_meaning():
    other = NIGHT.replace("[1.04, 1.00, 0.97]", "\n    - 1.04\n    - 1\n    - 97e-2")
    other = other.replace("harbour_night", '"harbour night"').replace("stops: 0.30", "stops: .3")
    assert load(other) == load(NIGHT)


def test_the_default_is_the_order_of_the_file():
    look = load("grade: 2\nlook: x\nnodes:\n  a: {op: offset}\n  b: {op: cdl}\noutputs:\n  m: {}\n")
    assert [(p.name, p.inputs) for p in look.nodes()] == [("a", ("source",)), ("b", ("a",))]
    assert look.output.op is look.op("b")
    bare = load("grade: 2\nlook: x\nnodes:\noutputs:\n  m: {}\n")
    assert bare.output is bare.source


def test_a_look_of_plain_numbers_opens_no_config(monkeypatch):
    monkeypatch.setattr("grade.color.config.config.open_config", None)
    load("grade: 2\nlook: x\nnodes:\n  a: {op: cdl, slope: 2}\noutputs:\n  m: {}\n").hash  # noqa: B018


# --- the pinned messages --------------------------------------------------------------------------


def test_an_unknown_op():
    assert refusal("op: cdl", "op: cld") == (
        "looks/night.grade.yaml:10: trim: there is no op 'cld'. Did you mean cdl?"
    )


def test_an_unknown_parameter():
    assert refusal("saturation: 0.95", "saturaton: 0.95") == (
        "looks/night.grade.yaml:12: trim.saturaton: cdl has no such parameter."
        f" Did you mean saturation ({CDL.setting('saturation').summary()})?"
    )


def test_a_value_out_of_range():
    summary = CDL.setting("saturation")
    assert refusal("saturation: 0.95", "saturation: -0.5") == (
        "looks/night.grade.yaml:12: trim.saturation = -0.5: outside"
        f" {summary.hard[0]:g}..{summary.hard[1]:g} factor"
        f" (usual {summary.soft[0]:g}..{summary.soft[1]:g})"
    )
    assert refusal("1.00, 0.97", "1.00, -1").startswith(
        "looks/night.grade.yaml:11: trim.slope.b = -1: outside"
    )


def test_an_unknown_space():
    message = refusal("working: ACEScct", "working: ACESct")
    assert message.startswith(f"looks/night.grade.yaml:6: working: {CONFIG} has no color space")
    assert "Nearest: ACEScct" in message
    message = refusal("space: ACES2065-1", "space: ACES2065")
    assert message.startswith("looks/night.grade.yaml:19: master.space: ")
    message = refusal("op: cdl", "op: cdl\n    space: Rec709")
    assert message.startswith("looks/night.grade.yaml:11: trim.space: ")


def test_a_space_that_another_config_has():
    message = refusal("input: ACES2065-1 ", 'input: "Utility - Curve - sRGB" ')
    assert message.startswith("looks/night.grade.yaml:5: input: ")


def test_an_unknown_view():
    message = refusal("100 nits (Rec.709)}", "100 nit (Rec.709)}")
    assert message.startswith("looks/night.grade.yaml:20: sdr.view: ")
    assert VIEW in message
    message = refusal("Rec.1886 Rec.709 - Display", "Rec.1886 Rec709 - Display")
    assert "nearest: Rec.1886 Rec.709 - Display" in message


# --- other messages -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("grade: 2 ", "grade: 3 ", "1: grade: format version 3; this version of grade reads 2"),
        ("grade: 2 ", "grad: 1 ", "1: grad: a look file has no such entry. Did you mean grade?"),
        ("grade: 2 ", "# ", "2: grade: missing; a look file begins with grade: 2"),
        ("look: harbour_night", "lok: harbour", "2: lok: a look file has no such entry."),
        ("look: harbour_night", "look: 12", "2: look: 12: takes a text; put quotes around it"),
        ("outputs:", "output:", "18: output: a look file has no such entry. Did you mean outputs?"),
        ("master: {from: blend, space", "master: {frm: blend, space", "19: master.frm: a look"),
        ("master: {from: blend, space: ACES2065-1}", "master: ACEScg", "19: master: 'ACEScg':"),
        ("space: ACES2065-1", "view: Raw", "19: master: display and view go together"),
        ("{op: contrast, contrast: 1.12}", "3", "14: off: 3: takes entries, as in"),
        ("stops: 0.30", "matte: [a, b]", "13: open.matte: ['a', 'b']: combine mattes with &"),
        ("stops: 0.30", "matte: 1", "13: open.matte: 1: takes a matte, such as skin"),
        ("stops: 0.30", "matte: a and b", "13: open.matte: there is no matte 'a'."),
        ("op: cdl", "opp: cdl", "9: trim: takes either op: KIND or like: NODE"),
        ("{like: open}", "{like: open, op: cdl}", "15: again: takes either op"),
        ("{like: open}", "{like: open, stops: 1}", "15: again: shares the settings of open"),
        ("{like: open}", "{like: opn}", "15: again.like: there is no node 'opn'. Did you"),
        ("from: trim", "from: trm", "16: flat.from: there is no node 'trm'. Did you mean trim?"),
        ("from: trim", "from: blend", "16: flat.from: blend stands below; a node takes only"),
        ("over: flat, ", "", "17: blend.over: name the second picture, over: NODE"),
        ("over: flat", "over: again", "16: flat: leads to no output; give it to one"),
        ("  open:", "  Open:", "13: Open: 'Open': a name is lower-case letters"),
        ("  off:", "  source:", "14: a node cannot be called source"),
        ("[1.04, 1.00, 0.97]", "[1.04, 1.00]", "11: trim.slope = [1.04, 1.0]: takes one number"),
        ("stops: 0.30", "stops: much", "13: open.stops = 'much': not a number; it takes"),
        ("stops: 0.30", "enable: 1", "13: open.enable = 1: takes true or false"),
        ("stops: 0.30", "matte: ~spot", "13: open.matte: there is no matte 'spot'. There are"),
        ("stops: 0.30", "matte: ~(off", "13: open.matte: off is a picture; a qualifier makes"),
        ("stops: 0.30", "stops: {1001: much}", "13: open.stops = 'much': not a number; it takes"),
        ("stops: 0.30", "stops: {1: {ease: hold}}", "13: open.stops: key 1: value: missing"),
        ("stops: 0.30", "enable: {1001: true}", "13: open.enable: is part of the kernel"),
        ("config: ocio://studio-config-v5", "config: ocio://studio-config-v9", "4: config: "),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_with_its_line(old, new, message):
    assert refusal(old, new).startswith(f"looks/night.grade.yaml:{message}")


# --- the config -----------------------------------------------------------------------------------


def test_a_pinned_config_and_another_in_the_environment_are_both_named():
    other = "ocio://cg-config-v5.0.0_aces-v2.1_ocio-v2.6"
    with settings.override(ocio=other), pytest.raises(LookFileError) as caught:
        load(NIGHT)
    message = str(caught.value)
    assert message.startswith("looks/night.grade.yaml:4: config: the look harbour_night is pinned")
    assert CONFIG in message
    assert other in message
    with settings.override(ocio=CONFIG):
        load(NIGHT)


def test_a_config_file_is_found_beside_the_look_and_pinned_by_content(tmp_path):
    import PyOpenColorIO as ocio

    (tmp_path / "color").mkdir()
    path = tmp_path / "color" / "show.ocio"
    path.write_text(ocio.Config.CreateRaw().serialize())
    text = "grade: 2\nlook: x\nconfig: color/show.ocio\nworking: raw\noutputs:\n  m: {}\n"
    (tmp_path / "x.grade.yaml").write_text(text)
    look = grade.load(tmp_path / "x.grade.yaml")
    pinned = look.configuration.name
    assert pinned.startswith("sha256:")
    assert look.save(tmp_path / "x.grade.yaml").read_text() == text
    made = Look("x", working="raw", config=path)
    made.outputs["m"] = made.source
    assert made == look
    saved = made.save(tmp_path / "y.grade.yaml")
    assert f"config: {pinned}\n" in saved.read_text()
    assert str(tmp_path) not in saved.read_text()
    with settings.override(ocio=str(path)):
        assert grade.load(saved) == look
    with (
        settings.override(ocio=None),
        pytest.raises(LookFileError, match=r"set \$OCIO to that file"),
    ):
        grade.load(saved)
    path.write_text(path.read_text() + "\n# edited\n")
    with (
        settings.override(ocio=str(path)),
        pytest.raises(LookFileError, match=f"pinned to.*{pinned}"),
    ):
        grade.load(saved)
