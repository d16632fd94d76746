"""What is said to somebody who types the word of another program, or nearly the right one.

The right answer is a refusal that names what was meant: the term of Resolve, Nuke, Baselight or of
OpenColorIO stands for one op, parameter or field here, whatever its letters look like; a misspelt
name stands for the nearest that there is. Nothing is written.
"""

import numpy as np
import pytest

import grade
from grade.cli import main
from grade.errors import GradeError
from grade.io import Frame

LOOK = """grade: 2
look: night
input: ACES2065-1
working: ACEScct
mattes:
  skin: {op: hsl_qualifier, from: trim, hue: {low: 8, high: 35}}
nodes:
  trim: {op: cdl, slope: 1.1}
  open: {op: exposure, stops: 0.5}
  warm: {op: white_balance, warmth: 10, matte: skin}
outputs:
  master: {from: warm}
"""
CCC = """<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.01">
<ColorCorrection id="sh010"><SOPNode><Slope>1 1 1</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power>
</SOPNode></ColorCorrection><ColorCorrection id="sh020"><SOPNode><Slope>2 2 2</Slope>
<Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection>
</ColorCorrectionCollection>
"""

# The word of an op, and the op that it means; in files, in Python and in `grade ops`.
OPS = [
    ("lgg", "lift_gamma_gain"), ("lift", "lift_gamma_gain"), ("gain", "lift_gamma_gain"),
    ("gamma", "lift_gamma_gain"), ("wheels", "lift_gamma_gain"), ("sop", "cdl"),
    ("sat", "saturation"),
    ("temp", "white_balance"), ("wb", "white_balance"), ("tint", "white_balance"),
    ("hue_vs_hue", "hue_hue_curve"), ("hue_vs_sat", "hue_saturation_curve"),
    ("hue_vs_lum", "hue_luma_curve"), ("lum_vs_sat", "luma_saturation_curve"),
    ("sat_vs_sat", "saturation_saturation_curve"), ("sat_vs_lum", "saturation_luma_curve"),
    ("curves", "rgb_curves"), ("channel_mixer", "rgb_mixer"), ("lut", "file_lut"),
    ("cube", "file_lut"), ("cst", "convert"), ("odt", "display"), ("view", "display"),
    ("power_window", "ellipse"), ("circle", "ellipse"), ("roto", "bezier"),
    ("gradient", "linear_gradient"), ("hsl_key", "hsl_qualifier"), ("luma_key", "luma_qualifier"),
    ("blend", "layer"), ("merge", "layer"), ("shuffle", "combine_channels"),
    ("printer_points", "printer_lights"), ("reference_gamut_compression", "gamut_compress"),
    ("skip_bleach", "bleach_bypass"), ("broadcast_safe", "legalize"), ("ev", "exposure"),
    ("exposre", "exposure"), ("sat_vs_satt", "saturation_saturation_curve"),
]  # fmt: skip

# An op, a word of a parameter or field, and what it means.
PARAMETERS = [
    ("exposure", "exposure", "stops"), ("exposure", "ev", "stops"), ("cdl", "gamma", "power"),
    ("cdl", "gain", "slope"), ("cdl", "lift", "offset"), ("cdl", "sat", "saturation"),
    ("saturation", "sat", "saturation"), ("white_balance", "temp", "temperature"),
    ("white_balance", "kelvin", "temperature"), ("white_balance", "mired", "warmth"),
    ("lift_gamma_gain", "shadows", "lift"), ("lift_gamma_gain", "mids", "gamma"),
    ("lift_gamma_gain", "highlights", "gain"), ("log_wheels", "shadows", "shadow"),
    ("log_wheels", "mids", "midtone"), ("log_wheels", "highlights", "highlight"),
    ("ellipse", "feather", "soft"), ("ellipse", "radius", "size"), ("ellipse", "rotation", "angle"),
    ("ellipse", "position", "center"), ("hsl_qualifier", "luma", "luminance"),
    ("hsl_qualifier", "sat", "saturation"), ("convert", "to", "dst"), ("file_lut", "path", "file"),
    ("layer", "blend_mode", "mode"), ("exposure", "mask", "matte"), ("cdl", "opacity", "amount"),
    ("cdl", "mix", "amount"), ("cdl", "bypass", "enable"), ("cdl", "colorspace", "space"),
    ("contrast", "center", "pivot"), ("vibrance", "sat", "vibrance"),
    ("exposure", "stps", "stops"),
]  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "night.grade.yaml").write_text(LOOK)
    (tmp_path / "reel.ccc").write_text(CCC)
    (tmp_path / "looks").mkdir()
    (tmp_path / "looks" / "dawn.grade.yaml").write_text(LOOK)
    Frame.from_pixels(np.full((2, 3, 3), 0.18, np.float32)).write("a.exr")
    return tmp_path


@pytest.fixture
def said(folder, capsys):
    def call(*words):
        capsys.readouterr()
        assert main([str(word) for word in words]) == 2
        return capsys.readouterr().err.strip()

    return call


def refusal(call):
    with pytest.raises((GradeError, AttributeError, TypeError)) as refused:
        call()
    return str(refused.value)


def class_name(kind):
    return next(op.__name__ for op in grade.op.OPS.values() if op.kind == kind)


@pytest.mark.parametrize(("word", "meant"), OPS, ids=[f"{a} is {b}" for a, b in OPS])
def test_an_op(word, meant, said, folder):
    text = said("ops", word)
    assert f"Did you mean {meant}?" in text, f"grade ops {word}: right {meant}, got {text}"
    file = folder / "night.grade.yaml"
    file.write_text(LOOK.replace("op: exposure, stops: 0.5", f"op: {word}"))
    text = said("explain", file)
    assert f"night.grade.yaml:9: open: there is no op {word!r}. Did you mean {meant}?" in text
    text = refusal(lambda: getattr(grade, word.title().replace("_", "")))
    assert f"Did you mean {class_name(meant)}?" in text, text


@pytest.mark.parametrize(
    ("kind", "word", "meant"), PARAMETERS, ids=[f"{a}.{b} is {c}" for a, b, c in PARAMETERS]
)
def test_a_parameter(kind, word, meant, said, folder):
    op = grade.op.find_op(kind)
    text = refusal(lambda: op(**{word: 1}))
    assert f"Did you mean {meant}" in text, f"{kind}.{word}: right {meant}, got {text}"
    if kind in ("exposure", "cdl", "white_balance"):
        node = {"exposure": "open", "cdl": "trim", "white_balance": "warm"}[kind]
        text = said("explain", "night.grade.yaml", "--set", f"{node}.{word}=1")
        assert f"{node}.{word}: " in text and f"Did you mean {meant}" in text, text


# Name, words of the command line, what the message has.
FACES = [
    ("a shipped look misspelt", ["explain", "film_prnt"], ["film_print"]),
    ("a shipped look with a dash", ["explain", "film-print"], ["film_print"]),
    ("a shipped look in capitals", ["explain", "Film_Print"], ["film_print"]),
    ("a shipped look for render", ["render", "film_prnt", "a.exr", "b.exr"], ["film_print"]),
    ("a shipped look for check", ["check", "film_prnt"], ["film_print"]),
    ("a shipped look for diff", ["diff", "film_prnt", "film_print"], ["film_print"]),
    ("a local look misspelt", ["explain", "nigth.grade.yaml"], ["night.grade.yaml"]),
    ("a local look by its bare name", ["explain", "night"], ["night.grade.yaml"]),
    ("a local look in a folder", ["explain", "looks/dwan.grade.yaml"], ["looks/dawn.grade.yaml"]),
    ("a local look without its suffix", ["explain", "looks/dawn"], ["looks/dawn.grade.yaml"]),
    ("a local look with another suffix", ["explain", "night.yaml"], ["night.grade.yaml"]),
    ("a local look for check", ["check", "nigth.grade.yaml"], ["night.grade.yaml"]),
    ("a local look for fmt", ["fmt", "nigth.grade.yaml"], ["night.grade.yaml"]),
    ("a node by its op", ["explain", "night.grade.yaml", "--set", "exposure.stops=1"], ["open"]),
    ("a node by a word", ["explain", "night.grade.yaml", "--set", "wb.warmth=1"], ["warm"]),
    ("no id of several", ["explain", "night.grade.yaml", "--cdl", "reel.ccc"], ["sh010", "sh020"]),
    ("another id", ["explain", "night.grade.yaml", "--cdl", "reel.ccc#sh02"], ["sh010", "sh020"]),
    ("the verb apply", ["apply", "night.grade.yaml"], ["Did you mean render?"]),
    ("the verb compare", ["compare", "a.exr", "a.exr"], ["Did you mean diff?"]),
    ("the verb format", ["format", "night.grade.yaml"], ["Did you mean fmt?"]),
]  # fmt: skip


@pytest.mark.parametrize(("words", "right"), [f[1:] for f in FACES], ids=[f[0] for f in FACES])
def test_a_face(words, right, said):
    text = said(*words)
    beyond = text.replace(words[1], "", 1)
    assert all(word in beyond for word in right), f"right {right}, got {text}"


# An entry of a look file, and the one that is meant.
ENTRIES = [
    ("masks: {}", "mattes"), ("node: {}", "nodes"), ("output: {}", "outputs"),
    ("color_space: ACEScg", "working"), ("fps: 24", "rate"), ("description: x", "intent"),
    ("name: x", "look"), ("ocio: x", "config"), ("presets: {}", "versions"),
]  # fmt: skip


@pytest.mark.parametrize(("entry", "meant"), ENTRIES, ids=[e[0].split(":")[0] for e in ENTRIES])
def test_an_entry(entry, meant, said, folder):
    (folder / "night.grade.yaml").write_text(LOOK + entry + "\n")
    text = said("explain", "night.grade.yaml")
    assert f"Did you mean {meant}?" in text, f"right {meant}, got {text}"


# What a matte file or a band is called, and what the message has.
BANDS = [
    ({"low": 8, "hight": 35}, ["hight", "Did you mean high?"]),
    ({"min": 8, "max": 35}, ["min", "low"]),
    ({"low": 8}, ["high"]),
    ({"low": 8, "high": 35, "softness": 8}, ["softness", "Did you mean soft?"]),
    ({"low": 8, "high": 35, "feather": 8}, ["feather", "Did you mean soft?"]),
    ([8, 35, 8, 8, 8], ["[8, 35]"]),
    (8, ["[8, 35]"]),
]  # fmt: skip


@pytest.mark.parametrize(("value", "right"), BANDS, ids=[str(b[0]) for b in BANDS])
def test_a_band(value, right):
    text = refusal(lambda: grade.HSLQualifier(hue=value))
    assert all(word in text for word in right), f"right {right}, got {text}"


@pytest.mark.parametrize("value", [[8, 35], (8, 35)])
def test_two_numbers_are_a_band(value):
    assert grade.HSLQualifier(hue=value).values["hue"] == grade.Band(8, 35)


@pytest.mark.parametrize("suffix", [
    ".cube", ".clf", ".ctf", ".3dl", ".spi3d", ".csp", ".lut", ".cdl", ".cc", ".ccc", ".edl",
    ".png", ".exr", ".mov", ".icc", ".CUBE",
])  # fmt: skip
def test_a_look_is_no_other_file(suffix, folder):
    look = grade.load("night.grade.yaml")
    text = refusal(lambda: look.save(f"out{suffix}"))
    assert not (folder / f"out{suffix}").exists()
    assert ".grade.yaml" in text and suffix in text, text


@pytest.mark.parametrize("name", ["out.grade.yaml", "out.yaml", "out.yml", "out.v2.grade.yaml"])
def test_a_look_file_may_be_called_so(name, folder):
    grade.load("night.grade.yaml").save(name)
    assert grade.load(name).hash == grade.load("night.grade.yaml").hash
