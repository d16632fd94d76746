"""Sweep: what CDL files by many programs say, and what they must not be taken for.

Right by the ASC CDL 1.2 schema, read as the same XML whatever the prefix, and by hand: a half that
is left out is the identity; a correction without both halves, or with a word that is no number, is
refused.
"""

import pytest

from grade.color.files.cdl.read import read_correction, read_corrections
from grade.color.files.errors import FileError
from grade.ops import FileLUT

SOP = (
    "<SOPNode><Slope>1.1 1 0.9</Slope><Offset>0.01 0 -0.02</Offset><Power>1 1.1 1</Power></SOPNode>"
)
SAT = "<SatNode><Saturation>0.9</Saturation></SatNode>"
NUMBERS = ((1.1, 1.0, 0.9), (0.01, 0.0, -0.02), (1.0, 1.1, 1.0), 0.9)
ONES, ZEROS = (1.0,) * 3, (0.0,) * 3
NS = ' xmlns="urn:ASC:CDL:v1.2"'


def cc(body, name=' id="s1"'):
    return f"<ColorCorrection{name}{NS}>{body}</ColorCorrection>"


def ccc(*bodies):
    inside = "".join(f"<ColorCorrection{name}>{body}</ColorCorrection>" for name, body in bodies)
    return f"<ColorCorrectionCollection{NS}>{inside}</ColorCorrectionCollection>"


def cdl(body):
    return f"<ColorDecisionList{NS}>{body}</ColorDecisionList>"


def prefixed(text, prefix="ns0"):
    import re

    text = text.replace(NS, "")
    text = re.sub(r"<(/?)(\w)", rf"<\1{prefix}:\2", text)
    return text.replace(">", f' xmlns:{prefix}="urn:ASC:CDL:v1.2">', 1)


def slope(text):
    return cc(f"<SOPNode><Slope>{text}</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode>")


READ = {
    "plain.cc": (cc(SOP + SAT), NUMBERS),
    "sat_first.cc": (cc(SAT + SOP), NUMBERS),
    "asc_names.cc": (
        cc(SOP.replace("SOPNode", "ASC_SOP") + SAT.replace("SatNode", "ASC_SAT")), NUMBERS),
    "sop_node.cc": (cc(SOP.replace("SOPNode", "SopNode") + SAT), NUMBERS),
    "sat_node.cc": (cc(SOP + SAT.replace("SatNode", "SATNode")), NUMBERS),
    "prefix.cc": (prefixed(cc(SOP + SAT)), NUMBERS),
    "prefix.ccc": (prefixed(ccc((' id="s1"', SOP + SAT))), NUMBERS),
    "prefix.cdl": (
        prefixed(cdl(f'<ColorDecision><ColorCorrection id="s1">{SOP}{SAT}</ColorCorrection>'
                     "</ColorDecision>"), "cdl"), NUMBERS),
    "old_namespace.ccc": (ccc((' id="s1"', SOP + SAT)).replace("v1.2", "v1.01"), NUMBERS),
    "no_sat.cc": (cc(SOP), (*NUMBERS[:3], 1.0)),
    "no_sop.cc": (cc(SAT), (ONES, ZEROS, ONES, 0.9)),
    "no_id.ccc": (ccc(("", SOP + SAT)), NUMBERS),
    "cc_in_a.cdl": (cc(SOP + SAT), NUMBERS),
    "described.cc": (cc(f"<Description>a</Description>{SOP}<Description>b</Description>{SAT}"),
                     NUMBERS),
    "described_inside.cc": (
        cc(SOP.replace("<SOPNode>", "<SOPNode><Description>x</Description>") + SAT), NUMBERS),
    "unknown_beside.cc": (cc(f"<House><Grade>7</Grade></House>{SOP}{SAT}"), NUMBERS),
    "media.cdl": (
        cdl('<ColorDecision><MediaRef ref="x.dpx"/></ColorDecision><ColorDecision>'
            f'<ColorCorrection id="s1">{SOP}{SAT}</ColorCorrection></ColorDecision>'), NUMBERS),
    "reference.cdl": (
        cdl('<ColorDecision><ColorCorrectionRef ref="s1"/></ColorDecision><ColorDecision>'
            f'<ColorCorrection id="s1">{SOP}{SAT}</ColorCorrection></ColorDecision>'), NUMBERS),
    "separated.cc": (slope("1.1, 1.0, 0.9"), (NUMBERS[0], ZEROS, ONES, 1.0)),
    "lines.cc": (slope("1.1\n 1.0\t0.9 "), (NUMBERS[0], ZEROS, ONES, 1.0)),
    "exponents.cc": (slope("11e-1 1e0 9E-1"), (NUMBERS[0], ZEROS, ONES, 1.0)),
    "precise.cc": (slope("1.123456789012 1 1"), ((1.123456789012, 1.0, 1.0), ZEROS, ONES, 1.0)),
    "a_list.cdl": (
        "TITLE: x\n001  A001 V C 00:00:00:00 00:00:01:00 01:00:00:00 01:00:01:00\n"
        "*ASC_SOP (1.1 1 0.9)(0.01 0 -0.02)(1 1.1 1)\n*ASC_SAT 0.9\n", NUMBERS),
}  # fmt: skip
REFUSED = {
    "empty.cc": (cc(""), "neither SOPNode nor SatNode"),
    "misspelt.cc": (cc(SOP.replace("SOPNode", "SOP_Nodes")), "SOP_Nodes"),
    "no_slope.cc": (cc("<SOPNode><Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode>"), "Slope"),
    "decimal_commas.cc": (slope("1,1 1,0 0,9"), "1,1"),
    "four.cc": (slope("1.1 1.0 0.9 1"), "4 numbers"),
    "two.cc": (slope("1.1 1.0"), "2 numbers"),
    "nan.cc": (slope("nan 1 1"), "nan"),
    "infinite.cc": (slope("inf 1 1"), "inf"),
    "percent.cc": (slope("110% 1 1"), "110%"),
    "negative.cc": (slope("-1 1 1"), "-1"),
    "power.cc": (cc(SOP.replace("1 1.1 1<", "0 1 1<")), "Power"),
    "saturation.cc": (cc(SAT.replace("0.9", "-0.1")), "Saturation"),
    "entity.cc": ('<!DOCTYPE a [<!ENTITY b "1.1 1 1">]>' + slope("&b;"), "DOCTYPE"),
    "broken.cc": (cc(SOP)[:-20], ""),
    "html.cc": ("<html><body>404</body></html>", "html"),
    "twice.cc": (cc(SOP + SOP), "SOPNode"),
    "reference_gone.cdl": (
        cdl('<ColorDecision><ColorCorrectionRef ref="s9"/></ColorDecision>'), "s9"),
    "nothing.ccc": (ccc(), "no ColorCorrection"),
}  # fmt: skip


def made(folder, name, text):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", READ)
def test_it_means_what_it_says(name, tmp_path):
    text, numbers = READ[name]
    path = made(tmp_path, name, text)
    found = read_correction(path, "0")
    assert (found.slope, found.offset, found.power, found.saturation) == numbers
    if not name.startswith("a_list"):
        slope_, offset, power, saturation = numbers
        rows = zip((0.2, 0.4, 0.6), slope_, offset, power, strict=True)
        color = [max(0.0, x * s + o) ** p for x, s, o, p in rows]
        grey = 0.2126 * color[0] + 0.7152 * color[1] + 0.0722 * color[2]
        right = [grey + saturation * (x - grey) for x in color]
        assert FileLUT(path).evaluate([0.2, 0.4, 0.6]) == pytest.approx(right, abs=1e-6)


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig"])
def test_encodings(encoding, tmp_path):
    path = tmp_path / "x.ccc"
    path.write_bytes(ccc((' id="s1"', SOP + SAT)).encode(encoding))
    assert read_correction(path).slope == NUMBERS[0]


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_line_and_never_the_identity(name, tmp_path):
    text, word = REFUSED[name]
    path = made(tmp_path, name, text)
    for read in (read_corrections, lambda file: FileLUT(file).evaluate([0.2, 0.4, 0.6])):
        with pytest.raises(FileError, match=rf"{name}:[0-9]+: .*{word}"):
            read(path)


@pytest.mark.parametrize("name", ["A001 C002 #3", "a/b", "1", "s1&amp;2", "Ä"])
def test_odd_ids(name, tmp_path):
    path = made(tmp_path, "x.ccc", ccc((f' id="{name}"', SOP), (' id="other"', SAT)))
    assert read_correction(path, name.replace("&amp;", "&")).slope == NUMBERS[0]


def test_two_of_one_id_are_counted(tmp_path):
    path = made(tmp_path, "x.ccc", ccc((' id="s1"', SOP), (' id="s1"', SAT)))
    with pytest.raises(FileError, match=r"s1#1.*s1#2"):
        read_correction(path, "s1")
    assert read_correction(path, "s1#1").slope == NUMBERS[0]
    assert read_correction(path, "s1#2").saturation == 0.9


def test_a_reference_to_a_file_beside(tmp_path):
    made(tmp_path, "s7.cc", cc(SOP + SAT, ' id="s7"'))
    path = made(
        tmp_path, "x.cdl", cdl('<ColorDecision><ColorCorrectionRef ref="s7"/></ColorDecision>')
    )
    assert read_correction(path).slope == NUMBERS[0]
