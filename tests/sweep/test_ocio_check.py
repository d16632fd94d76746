"""`grade ocio CONFIG --check` of configs that cannot do what they say.

The right answer is derived from what each config says: one of its spaces, views, looks or named
transforms cannot be made, so a check of the config fails, exit code 3, and names what is wrong.
A config that is whole passes, also where a variable without a value stands in nothing that is used.
"""

import pytest

from grade.cli import main

CONFIG = """ocio_profile_version: 2.1
{head}
search_path: luts
roles: {{default: raw, scene_linear: lin, aces_interchange: lin}}
file_rules: [!<Rule> {{name: Default, colorspace: raw}}]
displays:
  d: [!<View> {{name: v, colorspace: raw}}{view}]
looks:
  - !<Look> {{name: print, process_space: lin, transform: {look}}}
colorspaces:
  - !<ColorSpace> {{name: lin, encoding: scene-linear}}
  - !<ColorSpace> {{name: raw, isdata: true}}
  - !<ColorSpace> {{name: video, encoding: sdr-video, from_scene_reference: {video}}}
  - !<ColorSpace> {{name: cam, encoding: scene-linear, to_scene_reference: {cam}}}
named_transforms:
  - !<NamedTransform> {{name: curve, transform: {named}}}
"""
GAIN = "!<MatrixTransform> {matrix: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]}"
FLAT = "!<MatrixTransform> {matrix: [1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 0, 1]}"
WHOLE = {"head": "", "view": "", "look": GAIN, "video": GAIN, "cam": GAIN, "named": GAIN}
MISSING = "!<FileTransform> {src: gone.spimtx}"
CORRECTION = """<ColorCorrection id="a" xmlns="urn:ASC:CDL:v1.2"><SOPNode><Slope>2 2 2</Slope>
<Offset>0 0 0</Offset><Power>1 1 1</Power></SOPNode></ColorCorrection>"""
FILES = {
    "bad.spimtx": "2 0 0 0 what",
    "bad.spi1d": "Version 1\nFrom 0 1\nLength 3\nComponents 1\n{\n0\n1\n}\n",
    "bad.cube": "LUT_3D_SIZE 2\n0 0 0\n",
    "bad.clf": "<ProcessList>",
    "empty.cube": "",
    "one.ccc": f'<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.2">{CORRECTION}'
    "</ColorCorrectionCollection>",
    "good.spimtx": "2 0 0 0  0 2 0 0  0 0 2 0",
    "good.txt": "not a LUT",
}

# Name, what differs from the whole config, a word that the refusal has.
BROKEN = [
    ("a space without its LUT", {"cam": MISSING}, "cam"),
    ("a look without its LUT", {"look": MISSING}, "print"),
    ("a named transform without its LUT", {"named": MISSING}, "curve"),
    ("the space of a view", {"video": MISSING, "view": ", !<View> {name: w, colorspace: video}"},
     "video"),
    ("the look of a view", {"look": MISSING,
     "view": ", !<View> {name: w, colorspace: video, looks: print}"}, "d / w"),
    ("a matrix with a word", {"cam": "!<FileTransform> {src: bad.spimtx}"}, "cam"),
    ("a curve that is too short", {"cam": "!<FileTransform> {src: bad.spi1d}"}, "cam"),
    ("a cube that is too short", {"look": "!<FileTransform> {src: bad.cube}"}, "print"),
    ("an XML that breaks off", {"named": "!<FileTransform> {src: bad.clf}"}, "curve"),
    ("an empty file", {"look": "!<FileTransform> {src: empty.cube}"}, "print"),
    ("a correction that is not there", {"look": "!<FileTransform> {src: one.ccc, cccid: b}"},
     "print"),
    ("a file of another kind", {"cam": "!<FileTransform> {src: good.txt}"}, "cam"),
    ("a variable without a value", {"cam": "!<FileTransform> {src: $GONE.spimtx}"}, "GONE"),
    ("a matrix without an inverse", {"cam": FLAT}, "forward cam"),
    ("a space that a group misses", {"look":
     f"!<GroupTransform> {{children: [{GAIN}, {MISSING}]}}"}, "print"),
]  # fmt: skip
WORKING = [
    ("whole", {}, ()),
    ("a file that is there", {"cam": "!<FileTransform> {src: good.spimtx}"}, ()),
    ("a correction that is there", {"look": "!<FileTransform> {src: one.ccc, cccid: a}"}, ()),
    ("a variable from the command line", {"cam": "!<FileTransform> {src: $GONE.spimtx}"},
     ("--context", "GONE=good")),
]  # fmt: skip


def check(folder, capsys, changes, words=()):
    (folder / "luts").mkdir()
    for name, text in FILES.items():
        (folder / "luts" / name).write_text(text)
    config = folder / "config.ocio"
    config.write_text(CONFIG.format(**(WHOLE | changes)))
    code = main(["ocio", str(config), "--check", *words])
    return code, capsys.readouterr()


@pytest.mark.parametrize(
    ("changes", "word"), [case[1:] for case in BROKEN], ids=[case[0] for case in BROKEN]
)
def test_a_config_that_cannot_is_not_passed(tmp_path, capsys, monkeypatch, changes, word):
    monkeypatch.delenv("GONE", raising=False)
    code, said = check(tmp_path, capsys, changes)
    assert (code, word in said.err) == (3, True), said.err.strip() or said.out.splitlines()[-1]


@pytest.mark.parametrize(
    ("changes", "words"), [case[1:] for case in WORKING], ids=[case[0] for case in WORKING]
)
def test_a_config_that_can_is_passed(tmp_path, capsys, monkeypatch, changes, words):
    monkeypatch.delenv("GONE", raising=False)
    code, said = check(tmp_path, capsys, changes, words)
    assert code == 0, said.err
