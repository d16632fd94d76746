"""A config whose environment, context or files change while one process runs.

Every config here converts ``cam`` to ``lin`` by a gain that a file, a correction or another space
states, so the right answer is derived by reading: the grey 0.25 becomes 0.25 times the gain that
the variable or the search path selects at that moment. Steps follow each other in one process, as
in a notebook or a show; each makes a new look. The hash of the look follows: equal answers have
equal hashes, different answers different ones.
"""

import os

import numpy as np
import pytest

import grade
from grade.color.config.config import open_config
from grade.errors import GradeError
from grade.graph.running import kernels
from grade.ops import Convert

GREY = np.full((1, 1, 3), 0.25, np.float32)
HEAD = """ocio_profile_version: 2
{head}
search_path: {path}
roles: {{default: raw, scene_linear: lin, aces_interchange: lin}}
file_rules: [!<Rule> {{name: Default, colorspace: raw}}]
displays:
  d: [!<View> {{name: v, colorspace: raw}}]
  e: [!<View> {{name: v, colorspace: raw}}]
looks:
  - !<Look> {{name: first, process_space: lin, transform: !<FileTransform> {{src: first.spimtx}}}}
  - !<Look> {{name: second, process_space: lin, transform: !<FileTransform> {{src: g2.spimtx}}}}
colorspaces:
  - !<ColorSpace> {{name: lin, encoding: scene-linear}}
  - !<ColorSpace> {{name: raw, isdata: true}}
  - !<ColorSpace>
    name: by two
    encoding: scene-linear
    to_scene_reference: !<MatrixTransform> {{matrix: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 1]}}
  - !<ColorSpace>
    name: by four
    encoding: scene-linear
    to_scene_reference: !<MatrixTransform> {{matrix: [4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 1]}}
  - !<ColorSpace> {{name: cam, encoding: scene-linear, to_scene_reference: {cam}}}
"""  # noqa: E501
CORRECTIONS = """<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.2">
<ColorCorrection id="two"><SOPNode><Slope>2 2 2</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power>
</SOPNode></ColorCorrection>
<ColorCorrection id="four"><SOPNode><Slope>4 4 4</Slope><Offset>0 0 0</Offset><Power>1 1 1</Power>
</SOPNode></ColorCorrection></ColorCorrectionCollection>
"""
NAMES = ("SHOT", "SEQ", "LUTS", "CCC", "SPC", "OCIO", "OCIO_ACTIVE_DISPLAYS")


class Place:
    """A folder with a config and its files; every writing has a later time than the one before."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.monkeypatch, self.now = folder, monkeypatch, 10**9
        for name in NAMES:
            monkeypatch.delenv(name, raising=False)
        for name, gain in (("g2", 2), ("g4", 4)):
            self.gain(f"luts/{name}.spimtx", gain)
        self.write("luts/c.ccc", CORRECTIONS)

    def write(self, name, text):
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        self.now += 10**9
        os.utime(path, ns=(self.now, self.now))
        return path

    def gain(self, name, gain):
        self.write(name, f"{gain} 0 0 0  0 {gain} 0 0  0 0 {gain} 0")

    def config(self, cam, path="luts", head="", name="config.ocio"):
        return self.write(name, HEAD.format(cam=cam, path=path, head=head))

    def env(self, **values):
        for name, value in values.items():
            if value is None:
                self.monkeypatch.delenv(name, raising=False)
            else:
                self.monkeypatch.setenv(name, value)

    def look(self, config, context=None):
        look = grade.Look("x", input="cam" if context is None else "lin", working="lin",
                          config=config)  # fmt: skip
        chain = look.source
        if context is not None:
            chain = chain >> Convert(src="cam", dst="lin", config=str(config), context=context)
        look.outputs["m"] = chain
        return look

    def level(self, config, context=None):
        """The gain that a new look finds, and the hash of the look."""
        look = self.look(config, context)
        found = look.apply(GREY, device="cpu")
        return round(float(found[0, 0, 0]) / 0.25, 5), look.hash


FILE = "!<FileTransform> {{src: {}}}"


def lut(name):
    return FILE.format(name)


def _set(**values):
    return lambda place: place.env(**values)


def _write(name, gain):
    return lambda place: place.gain(name, gain)


def _remove(name):
    return lambda place: (place.folder / name).unlink()


def _edit(place):
    place.write("luts/c.ccc", CORRECTIONS.replace("4 4 4", "8 8 8"))


# Name, transform of cam, search path, head, steps: what happens, then the right gain. A text
# instead of a gain is a word of the message of the refusal.
MOVES = [
    ("lut path", lut("$SHOT.spimtx"), "luts", "",
     [(_set(SHOT="g2"), 2), (_set(SHOT="g4"), 4), (_set(SHOT="g2"), 2)]),
    ("lut path in braces", lut("'${SHOT}.spimtx'"), "luts", "",
     [(_set(SHOT="g2"), 2), (_set(SHOT="g4"), 4)]),
    ("lut path in percent signs", lut("'%SHOT%.spimtx'"), "luts", "",
     [(_set(SHOT="g2"), 2), (_set(SHOT="g4"), 4)]),
    ("name that goes on behind the variable", lut("$SHOTx.spimtx"), "luts", "",
     [(_write("luts/g2x.spimtx", 3), None), (_write("luts/g4x.spimtx", 5), None),
      (_set(SHOT="g2"), 3), (_set(SHOT="g4"), 5)]),
    ("variable in a variable", lut("$SHOT.spimtx"), "luts", "",
     [(_set(SHOT="$SEQ", SEQ="g2"), 2), (_set(SEQ="g4"), 4)]),
    ("search path", lut("a.spimtx"), "$LUTS", "",
     [(_write("one/a.spimtx", 3), None), (_write("two/a.spimtx", 5), None),
      (_set(LUTS="one"), 3), (_set(LUTS="two"), 5), (_set(LUTS="one"), 3)]),
    ("cccid", "!<FileTransform> {src: c.ccc, cccid: $CCC}", "luts", "",
     [(_set(CCC="two"), 2), (_set(CCC="four"), 4)]),
    ("name of a space", "!<ColorSpaceTransform> {src: $SPC, dst: lin}", "luts", "",
     [(_set(SPC="by two"), 2), (_set(SPC="by four"), 4)]),
    ("declared with a default", lut("$SHOT.spimtx"), "luts", "environment: {SHOT: g4}",
     [(_set(), 4), (_set(SHOT="g2"), 2), (_set(SHOT=None), 4)]),
    ("set only later", lut("$SHOT.spimtx"), "luts", "",
     [(_set(), "SHOT"), (_set(SHOT="g2"), 2), (_set(SHOT=None), "SHOT")]),
    ("earlier in the search path", lut("a.spimtx"), "one:two", "",
     [(_write("two/a.spimtx", 5), 5), (_write("one/a.spimtx", 3), 3),
      (_remove("one/a.spimtx"), 5)]),
    ("a missing file appears", lut("a.spimtx"), "luts", "",
     [(_set(), "a.spimtx"), (_write("luts/a.spimtx", 3), 3), (_remove("luts/a.spimtx"), "a.spimtx"),
      (_write("luts/a.spimtx", 5), 5)]),
    ("a correction is edited", "!<FileTransform> {src: c.ccc, cccid: four}", "luts", "",
     [(_set(), 4), (_edit, 8)]),
    ("a matrix is edited", lut("a.spimtx"), "luts", "",
     [(_write("luts/a.spimtx", 3), 3), (_write("luts/a.spimtx", 5), 5)]),
]  # fmt: skip


@pytest.fixture
def place(tmp_path, monkeypatch):
    kernels.forget()
    yield Place(tmp_path, monkeypatch)
    kernels.forget()


@pytest.mark.parametrize(
    ("cam", "path", "head", "steps"), [case[1:] for case in MOVES], ids=[case[0] for case in MOVES]
)
def test_a_look_follows_what_its_config_depends_on(place, cam, path, head, steps):
    config = place.config(cam, path, head)
    hashes = {}
    got = []
    for change, right in steps:
        change(place)
        if right is None:
            continue
        try:
            level, digest = place.level(config)
        except GradeError as error:
            level = right if isinstance(right, str) and right in str(error) else str(error)
        else:
            assert hashes.setdefault(digest, level) == level, "one hash, two pictures"
        got.append(level)
    assert got == [right for _, right in steps if right is not None]


def test_the_variable_that_names_the_config(place):
    first = place.config(lut("g2.spimtx"))
    second = place.config(lut("g4.spimtx"), name="other.ocio")
    got = []
    for path in (first, second, first):
        place.env(OCIO=str(path))
        got.append(place.level(None)[0])
    assert got == [2, 4, 2]


def test_the_displays_that_the_environment_allows(place):
    config = place.config(lut("g2.spimtx"))
    got = []
    for value in (None, "e", "d"):
        place.env(OCIO_ACTIVE_DISPLAYS=value)
        got.append(list(open_config(str(config)).displays))
    assert got == [["d", "e"], ["e"], ["d"]]


def test_the_first_look_that_is_available(place):
    config = str(place.config(lut("g2.spimtx")))
    transform = open_config(config).looks("first | second", "lin")
    got = [round(float(transform([0.25] * 3)[0]) / 0.25, 5)]
    place.gain("luts/first.spimtx", 5)
    transform = open_config(config).looks("first | second", "lin")
    got.append(round(float(transform([0.25] * 3)[0]) / 0.25, 5))
    assert got == [2, 5]


# Name, transform of cam, head, and the context for gain 2 and gain 4. No variable is in any
# environment.
CONTEXTS = [
    ("lut path", lut("$SHOT.spimtx"), "", "SHOT=g2", "SHOT=g4"),
    ("lut path in braces", lut("'${SHOT}.spimtx'"), "", "SHOT=g2", "SHOT=g4"),
    ("lut path in percent signs", lut("'%SHOT%.spimtx'"), "", "SHOT=g2", "SHOT=g4"),
    ("cccid", "!<FileTransform> {src: c.ccc, cccid: $CCC}", "", "CCC=two", "CCC=four"),
    ("name of a space", "!<ColorSpaceTransform> {src: $SPC, dst: lin}", "", "SPC=by two",
     "SPC=by four"),
    ("part of the name of a space", "!<ColorSpaceTransform> {src: by $SPC, dst: lin}", "",
     "SPC=two", "SPC=four"),
    ("two variables", lut("$SEQ$SHOT.spimtx"), "", "SEQ=g, SHOT=2", "SEQ=g, SHOT=4"),
    ("declared without a value", lut("$SHOT.spimtx"), "environment: {SHOT: ''}", "SHOT=g2",
     "SHOT=g4"),
    ("declared with a default", lut("$SHOT.spimtx"), "environment: {SHOT: g4}", "SHOT=g2",
     "SHOT=g4"),
    ("others are declared", lut("$SHOT.spimtx"), "environment: {SEQ: none}", "SHOT=g2", "SHOT=g4"),
    ("in a group", "!<GroupTransform> {children: [!<FileTransform> {src: $SHOT.spimtx}]}", "",
     "SHOT=g2", "SHOT=g4"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("cam", "head", "two", "four"),
    [case[1:] for case in CONTEXTS],
    ids=[case[0] for case in CONTEXTS],
)
def test_a_context_supplies_what_no_environment_has(place, cam, head, two, four):
    config = place.config(cam, head=head)
    got = [place.level(config, context)[0] for context in (two, four, two)]
    assert got == [2, 4, 2]


@pytest.mark.parametrize(
    "cam", [case[1] for case in CONTEXTS[:6]], ids=[c[0] for c in CONTEXTS[:6]]
)
def test_a_variable_without_a_value_is_named_where_it_is_used(place, cam):
    config = place.config(cam)
    opened = open_config(str(config))
    other = opened.convert("by two", "lin")
    assert float(other([0.25] * 3)[0]) == 0.5, "a space that does not use it"
    with pytest.raises(GradeError, match=r"(SHOT|CCC|SPC).*--context"):
        opened.convert("cam", "lin")
