"""Older versions of the format: what they meant they mean, and where they say it stays."""

from pathlib import Path

import pytest

import grade
from grade.graph import LookFileError
from grade.graph.file.format_version import NEWEST
from grade.graph.file.load import from_text
from grade.graph.file.migrations.migrate import STEPS

OLD = """\
# from the prototype
grade: 0        # the version
look: night
mattes:
  - {name: spot, op: ellipse, size: 0.4}   # a window
nodes:
  - name: trim  # the trim
    op: cdl
    # warm
    slope: [1.04, 1.00, 0.97]

  - {name: open, op: offset, offset: 0.30, matte: spot}
outputs:
  master: {from: open}
"""
NEW = """\
# from the prototype
grade: 2        # the version
look: night
mattes:
  spot: {op: ellipse, size: 0.4, falloff: linear}   # a window
nodes:
  trim:  # the trim
    op: cdl
    # warm
    slope: [1.04, 1.00, 0.97]

  open: {op: offset, offset: 0.30, matte: spot}
outputs:
  master: {from: open}
"""


def old(text):
    return from_text(text, "x.yaml", Path(), grade.Look)


def test_there_is_a_step_from_every_version():
    assert list(STEPS) == list(range(NEWEST))


def test_a_file_of_version_0_means_what_it_meant(tmp_path):
    look = old(OLD)
    assert look.text == NEW
    assert look.hash == old(NEW).hash
    path = tmp_path / "x.grade.yaml"
    path.write_text(OLD)
    assert grade.load(path).save(path).read_text() == look.text
    assert grade.load(path) == look


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_dashes_in_the_first_column_are_keys_further_in(newline):
    text = OLD.replace("\n  - ", "\n- ").replace("\n    ", "\n  ").replace("\n", newline)
    assert old(text) == old(NEW)
    assert [line.strip() for line in old(text).text.splitlines()] == [
        line.strip() for line in NEW.splitlines()
    ]


def test_lists_in_brackets_and_empty_ones():
    text = "grade: 0\nlook: x\nnodes: [{name: a, op: cdl}, {op: cdl, name: b}]\noutputs: {m: {}}\n"
    assert refusal(text).startswith("x.yaml:3: nodes: in version 0 an entry begins with its name")
    text = text.replace("{op: cdl, name: b}", "{name: b, op: cdl, slope: 2}")
    assert "nodes: {a: {op: cdl}, b: {op: cdl, slope: 2}}\n" in old(text).text
    bare = "grade: 0\nlook: x\nmattes:\nnodes: []\noutputs: {m: {}}\n"
    assert old(bare).text == bare.replace("grade: 0", "grade: 2").replace("[]", "{}")


def refusal(text):
    with pytest.raises(LookFileError) as caught:
        old(text)
    return str(caught.value)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("- name: trim  # the trim\n    op", "- op"), "7: nodes: in version 0 an entry begins"),
        (("- name: trim  # the trim\n", "- name: Trim\n"), "7: nodes: in version 0 an entry"),
        (("- name: trim  # the trim\n", "-\n    name: trim\n"), "8: nodes: in version 0 an entry"),
        (("- {name: spot, op: ellipse, size: 0.4}", "a: {op: ellipse}"), "4: mattes: in version 0"),
        (("- {name: spot, op: ellipse, size: 0.4}", "- spot"), "5: mattes: in version 0 an entry"),
        (("slope: [1.04, 1.00", "slope: [-1, 1"), "10: trim.slope.r = -1"),
        (("offset: 0.30", "offset: much"), "12: open.offset = 'much': not a number"),
        (("- name: trim", "- name: open"), "12: open: given twice, first in line 7"),
    ],
)
def test_what_is_wrong_is_said_with_the_line_of_the_file_as_it_is(change, message):
    text = OLD.replace(*change)
    assert text != OLD
    assert refusal(text).startswith(f"x.yaml:{message}")


@pytest.mark.parametrize("version", [3, 99, 10**30])
def test_a_newer_version_is_refused_by_name(version):
    assert refusal(NEW.replace("grade: 2", f"grade: {version}")) == (
        f"x.yaml:2: grade: format version {version}; this version of grade reads 2 and older;"
        " install a newer grade-toolkit"
    )


@pytest.mark.parametrize("version", ["-1", "1.0", "one", "true", "[1]", "'1'"])
def test_what_is_no_version_is_refused(version):
    message = refusal(NEW.replace("grade: 2", f"grade: {version}"))
    assert message.startswith("x.yaml:2: grade: ")
