"""Looks of format 1 give the bits that they gave: every op, every look that was shipped then.

`version_1.yaml` holds a look for each op, with every parameter left out and with some set, and
digests of the pictures, which the code of format 1 computed.
"""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

import grade
from grade.errors import RequestError
from grade.graph import LookFileError
from grade.graph.file.layout import format_text
from grade.graph.file.load import from_text
from grade.graph.file.migrations.old_meanings import RENAMED
from grade.graph.file.shipped import find_shipped_look, kept_looks, shipped_looks
from grade.op import OPS

from ..draw import some
from .version_1_picture import digest

HELD = YAML(typ="safe").load(Path(__file__).with_name("version_1.yaml").read_text())
OPS_HELD = [name for name in HELD if "@" not in name]
LOOKS_HELD = [name for name in HELD if "@" in name]


def load(text):
    return from_text(text, "x.grade.yaml", Path(), grade.Look)


@pytest.mark.parametrize("name", OPS_HELD)
def test_an_op_gives_what_it_gave(name):
    look = load(HELD[name]["text"])
    assert look.text.startswith("grade: 2\n")
    assert digest(look) == HELD[name]["gave"]
    assert load(format_text(HELD[name]["text"], "x.grade.yaml")) == look


@pytest.mark.parametrize("name", some(LOOKS_HELD, 8))
def test_a_shipped_look_gives_what_it_gave(name):
    look = grade.load(find_shipped_look(name))
    assert [digest(look, output) for output in look.outputs] == HELD[name]["gave"].split()


def test_every_look_of_then_is_kept():
    assert sorted(kept_looks()) == sorted(LOOKS_HELD) and len(LOOKS_HELD) == 25


def test_a_removed_look_is_found_under_its_name_and_said(caplog):
    gone = [name for name in LOOKS_HELD if name.partition("@")[0] not in shipped_looks()]
    for name in gone:
        bare = name.partition("@")[0]
        assert find_shipped_look(bare) == kept_looks()[name]
        assert (
            f"{bare}: is no longer among the shipped looks; its last form is {name}" in caplog.text
        )


def test_a_version_that_is_not_there_is_named():
    with pytest.raises(RequestError, match=r"'noir@3'; there is noir and noir@1"):
        find_shipped_look("noir@3")
    with pytest.raises(RequestError, match=r"no shipped look 'nior@1'. Did you mean noir"):
        find_shipped_look("nior@1")


CHANGED = """\
grade: 1
look: x
working: ACEScct
mattes:
  spot: {op: ellipse}   # a window
  edge:
    op: rectangle
    soft: 0.1           # all sides
  kept: {op: polygon, falloff: smooth}
nodes:
  # pasted
  grade:
    op: nuke_grade
    gain: 1.2           # up

  twice: {like: grade}
  there: {op: color_correct, space: ACEScg, gain: 1.1}
  none: {op: color_correct, space: null, gain: 1.1}
  over: {op: layer, from: there, over: none, mode: screen, matte: spot & edge | kept}
outputs:
  m: {from: over}
versions:
  flat: {there.space: null, grade.gain: 1.0}
"""
MIGRATED = """\
grade: 2
look: x
working: ACEScct
mattes:
  spot: {op: ellipse, falloff: linear}   # a window
  edge:
    op: rectangle
    soft: 0.1           # all sides
    falloff: linear
  kept: {op: polygon, falloff: smooth}
nodes:
  # pasted
  grade:
    op: nuke_grade
    gain: 1.2           # up
    space: as_is

  twice: {like: grade}
  there: {op: color_correct, space: ACEScg, gain: 1.1}
  none: {op: color_correct, space: as_is, gain: 1.1}
  over: {op: code_layer, from: there, over: none, mode: screen, matte: spot & edge | kept}
outputs:
  m: {from: over}
versions:
  flat: {there.space: as_is, grade.gain: 1.0}
"""


def test_what_was_left_unsaid_is_written():
    assert load(CHANGED).text == MIGRATED


def test_a_message_names_the_line_of_the_file_as_it_is():
    with pytest.raises(LookFileError, match=r"^x.grade.yaml:17: there.gain = 'much'"):
        load(CHANGED.replace("space: ACEScg, gain: 1.1", "space: ACEScg, gain: much"))


def test_every_op_of_then_is_held():
    """Each is still there, under its name or the one that keeps its formula."""
    then = {name.removesuffix("_bare") for name in OPS_HELD if name.endswith("_bare")}
    assert then <= set(OPS) and set(RENAMED.values()) <= set(OPS)
    assert len(then) == 58
