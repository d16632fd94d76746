"""From version 1 to 2 of look files: what is written, where, and that nothing is forgotten."""

from pathlib import Path

import numpy as np
import pytest
from ruamel.yaml import YAML

import grade
from grade.graph import DomainError, LookFileError
from grade.graph.file.layout import format_text
from grade.graph.file.load import from_text
from grade.graph.file.migrations.old_meanings import (
    DEFAULTS,
    RENAMED,
    SAME_AS_NUMBER,
    TOOK_ANY_SPACE,
)
from grade.graph.model.connect import load_op
from grade.op import AS_IS

YAML_OF_THEN = Path(__file__).with_name("version_1_defaults.yaml")
THEN = YAML(typ="safe").load(YAML_OF_THEN.read_text())


def load(text):
    return from_text(text, "x.grade.yaml", Path(), grade.Look)


def as_tuple(value):
    return tuple(map(as_tuple, value)) if isinstance(value, list | tuple) else value


# --- nothing is forgotten -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", THEN)
def test_what_an_op_means_otherwise_is_said(kind):
    """Its domain and defaults are those of format 1, or the tables have the old ones."""
    then = dict(THEN[kind])
    op = load_op(RENAMED.get(kind, kind))
    if kind in TOOK_ANY_SPACE:
        assert then.pop("domain") == "any" and op.domain != "any"
    else:
        assert op.domain == then.pop("domain")
    said = DEFAULTS.get(kind, {})
    assert set(said) <= set(op.settings)
    for name, old in then.items():
        setting = op.settings[name]
        if name in said:
            assert YAML(typ="safe").load(said[name]) == old != setting.default
        else:
            assert as_tuple(setting.default) == as_tuple(old), name


def test_the_tables_name_ops_of_format_1():
    assert {*DEFAULTS, *TOOK_ANY_SPACE, *RENAMED, *SAME_AS_NUMBER} <= set(THEN)
    assert not {*RENAMED.values()} & set(THEN)


# --- what is written ------------------------------------------------------------------------------

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


HEAD = "grade: 1\nlook: x\nworking: ACEScct\noutputs: {m: {}}\n"
NODE = "nodes:\n  a:\n"
FORMS = {
    "space_of_nothing": (
        f"{NODE}    op: nuke_grade\n    space:\n    gain: 1.2\n",
        f"{NODE}    op: nuke_grade\n    space: as_is\n    gain: 1.2\n",
    ),
    "space_of_nothing_last": (
        f"{NODE}    op: nuke_grade\n    space:   # none\n\n# end\n",
        f"{NODE}    op: nuke_grade\n    space: as_is   # none\n\n# end\n",
    ),
    "space_of_nothing_in_braces": (
        "nodes: {a: {op: nuke_grade, space: , gain: 1.2}}\n",
        "nodes: {a: {op: nuke_grade, space: as_is , gain: 1.2}}\n",
    ),
    "a_comma_at_the_end": (
        "nodes: {a: {op: nuke_grade, gain: 1.1,},}\n",
        "nodes: {a: {op: nuke_grade, gain: 1.1, space: as_is,},}\n",
    ),
    "several_lines_in_braces": (
        "nodes:\n  a: {op: nuke_grade,   # first\n      gain: 1.2   # last\n      }\n",
        "nodes:\n  a: {op: nuke_grade,   # first\n      gain: 1.2, space: as_is   # last\n"
        "      }\n",
    ),
    "quotes": (
        'nodes:\n  a: {"op": \'nuke_grade\'}\n  b: {op: "layer", over: a}\n',
        "nodes:\n  a: {\"op\": 'nuke_grade', space: as_is}\n  b: {op: code_layer, over: a}\n",
    ),
    "no_newline_at_the_end": (
        f"{NODE}    op: nuke_grade   # 🌙",
        f"{NODE}    op: nuke_grade   # 🌙\n    space: as_is",
    ),
    "keys_last": (
        f"{NODE}    op: nuke_grade\n    gain:\n      1001: 1\n      1010:\n        value: 2\n"
        "        ease: smooth\n\n  # next\n  b: {op: exposure}\n",
        f"{NODE}    op: nuke_grade\n    gain:\n      1001: 1\n      1010:\n        value: 2\n"
        "        ease: smooth\n    space: as_is\n\n  # next\n  b: {op: exposure}\n",
    ),
    "a_list_last": (
        "nodes: {a: {op: exposure, matte: p}}\nmattes:\n  p:\n    op: polygon\n    points:\n"
        "    - [0, 0]\n    - [0.1, 0]\n    - [0.1, 0.1]   # corner\n",
        "nodes: {a: {op: exposure, matte: p}}\nmattes:\n  p:\n    op: polygon\n    points:\n"
        "    - [0, 0]\n    - [0.1, 0]\n    - [0.1, 0.1]   # corner\n    falloff: linear\n",
    ),
    "versions_through_knobs": (
        "nodes: {a: {op: nuke_grade, gain: 2, space: ACEScg}}\n"
        "knobs: {room: a.space}\nversions: {v: {room: null}, w: {a.space: }, x: {room: ACEScc}}\n",
        "nodes: {a: {op: nuke_grade, gain: 2, space: ACEScg}}\n"
        "knobs: {room: a.space}\n"
        "versions: {v: {room: as_is}, w: {a.space: as_is }, x: {room: ACEScc}}\n",
    ),
    "keys_through_knobs": (
        "nodes: {a: {op: white_balance, temperature: 5000}}\n"
        "knobs: {k: a.temperature}\nversions: {v: {k@1001: 4000, k@1010: 6000}}\n",
        "nodes: {a: {op: kelvin_balance, temperature: 5000}}\n"
        "knobs: {k: a.temperature}\nversions: {v: {k@1001: 4000, k@1010: 6000}}\n",
    ),
}


@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_text_is_edited(form, end):
    old, new = ((HEAD + text).replace("\n", end) for text in FORMS[form])
    look = load(old)
    assert look.text == new.replace("grade: 1", "grade: 2", 1)
    assert load(format_text(old, "x.grade.yaml")) == look


@pytest.mark.parametrize("odd", ["\r\n", "\r", "\u2028# ", "\x85# "], ids=ascii)
def test_line_ends_of_several_kinds(odd):
    old = f"# a{odd}\n{HEAD}{NODE}    op: nuke_grade{odd}\n  b: {{op: cdl, slope: [1, 2, x]}}\n"
    with pytest.raises(LookFileError, match=r"^x.grade.yaml:\d+: b.slope") as refused:
        load(old)
    newer = old.replace("grade: 1", "grade: 2")
    with pytest.raises(LookFileError) as same:
        load(newer)
    assert str(refused.value) == str(same.value)
    assert load(old.replace(", x]", ", 3]")).op("a").space == AS_IS


def test_numbers_of_no_known_space_are_graded_as_they_were():
    look = load("grade: 1\nlook: x\nnodes: {a: {op: nuke_grade, gain: 2}}\noutputs: {m: {}}\n")
    assert look.op("a").space == AS_IS
    plate = np.float32([[[0.125, 0.25, 0.5]]])
    assert (look.apply(plate, device="cpu") == 2 * plate).all()
    anew = look.set({"a.space": None})
    with pytest.raises(DomainError, match=r'or give the node space="as_is"'):
        anew.apply(plate, device="cpu")
