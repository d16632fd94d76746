"""`grade fmt`: one layout, the same meaning, every comment."""

import io
import sys
from pathlib import Path

import pytest

from grade import assets
from grade.graph import Look
from grade.graph.file.comments import find_comments
from grade.graph.file.layout import format_text
from grade.graph.file.load import from_text
from grade.graph.file.reader import parse

HARBOUR = Path(__file__).parents[1] / "graph" / "looks" / "harbour_night.grade.yaml"
LOOKS = sorted((assets.luts() / "looks").glob("*.grade.yaml"))
WILD = """\


outputs: {m:   {}}   # ends
# about the look
look: "x"
grade:    1


# what it is for
intent: "Cold:
  not # blue"
nodes:

  # first
  b:
      # red first
      slope:
         - 1.0  # r
         # g is
         - 1.10
         - 1
      note: |
        Hello
        there

      op: cdl    #kind


      # power: 2
  # of the nodes
# about a
  a: {enable: true, op: offset,   # sort
     offset: 0.1,
     note: 'it''s, ok'}
  open:
    stops: {1001: 0.0, 1040: {value: 0.35, ease: "smooth"}}
    op: exposure
    space: "ACEScg"
  c: {op: cdl, saturation: 1.10, note: "no need of quotes here, and quite a long line it is",  # x
     power: [1.0, 1.0, 1.0]}
working: ACEScct
# of the file
"""
TAME = """\
grade: 2
# about the look
look: x

# what it is for
intent: "Cold: not # blue"
working: ACEScct
nodes:
  # first
  b:
    op: cdl      #kind
    # red first
    # r
    # g is
    slope: [1.0, 1.10, 1]
    note: |
      Hello
      there

    # power: 2
  # of the nodes
  # about a
  # sort
  a: {op: offset, offset: 0.1, enable: true, note: "it's, ok"}
  open:
    op: exposure
    stops: {1001: 0.0, 1040: {value: 0.35, ease: smooth}}
    space: ACEScg
  # x
  c:
    op: cdl
    power: [1.0, 1.0, 1.0]
    saturation: 1.10
    note: no need of quotes here, and quite a long line it is
outputs: {m: {}}     # ends
# of the file
"""


@pytest.fixture
def wild(tmp_path):
    path = tmp_path / "wild.grade.yaml"
    path.write_text(WILD)
    return path


def test_it_is_written_and_means_the_same(run, wild):
    before = Look.load(wild)
    done = run("fmt", wild)
    assert (done.code, done.out, done.lines) == (0, "", [f"{wild}: written"])
    assert wild.read_text() == TAME
    assert Look.load(wild) == before
    assert Look.load(wild).intent == before.intent
    again = run("fmt", wild)
    assert (again.code, again.err) == (0, "")


def test_check_names_what_would_change_and_writes_nothing(run, wild):
    good = wild.with_name("good.grade.yaml")
    good.write_text(format_text(WILD, "x"))
    done = run("fmt", wild, good, "--check")
    assert (done.code, done.out) == (3, "")
    assert done.lines == [
        f"1 of 2 files not in canonical layout: {wild}; grade fmt writes it",
    ]
    assert wild.read_text() == WILD
    assert run("fmt", good, "--check").code == 0


def test_diff_shows_and_writes_nothing(run, wild):
    done = run("fmt", wild, "--diff")
    assert (done.code, done.err) == (0, "")
    assert "+    slope: [1.0, 1.10, 1]\n" in done.out
    assert f"--- {wild}\n" in done.out
    assert run("fmt", wild, "--diff", "--check").code == 3
    assert wild.read_text() == WILD


def test_a_wrong_file_stops_all_of_them(run, wild):
    bad = wild.with_name("bad.grade.yaml")
    bad.write_text("grade: 2\nlook: x\nnodes: [\n")
    done = run("fmt", wild, bad)
    assert done.code == 2
    assert f"{bad}:4: " in done.err
    assert wild.read_text() == WILD
    assert run("fmt", wild.with_name("none.grade.yaml")).code == 2


def test_stdin_to_stdout(run, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(WILD.encode())))
    assert run("fmt", "-").out == format_text(WILD, "x")


def test_an_old_file_is_written_in_the_newest_version(run, tmp_path):
    path = tmp_path / "old.grade.yaml"
    path.write_text(
        "grade: 0  # old\nlook: x\nnodes:\n- name: trim\n  # warm\n  slope: 2\n  op: cdl\n"
        "outputs:\n  m: {}\n"
    )
    before = Look.load(path)
    assert run("fmt", path).code == 0
    assert path.read_text() == (
        "grade: 2  # old\nlook: x\nnodes:\n  trim:\n    op: cdl\n    # warm\n    slope: 2\n"
        "outputs:\n  m: {}\n"
    )
    assert Look.load(path) == before


def test_what_refers_to_absent_files_is_formatted_too(run, tmp_path):
    path = tmp_path / "x.grade.yaml"
    path.write_text(HARBOUR.read_text())
    assert run("fmt", path, "--check").code == 0


def test_a_new_look_is_in_canonical_layout(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    run("new", "night")
    assert run("fmt", "night.grade.yaml", "--check").code == 0


@pytest.mark.parametrize("path", LOOKS, ids=lambda p: p.name)
def test_a_second_time_changes_nothing_and_comments_stay(path):
    text = path.read_text(encoding="utf-8")
    once = format_text(text, path.name)
    assert format_text(once, path.name) == once
    assert sorted(comments(once)) == sorted(comments(text))
    assert from_text(once, path.name, path.parent, Look) == from_text(
        text, path.name, path.parent, Look
    )


def comments(text):
    found = find_comments(text, parse(text, "x"))
    groups = [found.head, *found.above.values(), *found.below.values()]
    return [line for group in groups for line in group if line] + [
        comment for comment, _ in found.beside.values()
    ]


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_ends_of_lines_stay(newline):
    assert format_text(WILD.replace("\n", newline), "x") == format_text(WILD, "x").replace(
        "\n", newline
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("intent: 'a'", "intent: a"),
        ("intent: '1e-3'", 'intent: "1e-3"'),
        ("intent: 'true'", 'intent: "true"'),
        ("intent: ''", 'intent: ""'),
        ("intent: 'a, [b]'", "intent: a, [b]"),
        ("intent: 'a: b'", 'intent: "a: b"'),
        ("intent: ' a'", 'intent: " a"'),
        ("intent: |-\n  a\n  b", "intent: |-\n  a\n  b"),
        ("intent: |\n    a\n    b", "intent: |\n  a\n  b"),
        ("intent: |  # why\n  a", "intent: |  # why\n  a"),
        ("intent: 'a\n\n  b'", "intent: |-\n  a\n  b"),
        ("intent: >-\n  a\n  b", "intent: a b"),
        ("intent: >-\n  " + "word " * 29 + "word", "\n  " + "word " * 18 + "word\n  word"),
        ("knobs: {'a' : 'b'}", "knobs: {a: b}"),
        ("knobs:\n    a:   b", "knobs:\n  a: b"),
        ("inputs: {}", "inputs: {}"),
        ("inputs:", "inputs:"),
        ("config: ~", "config: ~"),
        ("intent: é 色 'x'", "intent: é 色 'x'"),
    ],
)  # fmt: skip
def test_texts_and_small_things(before, after):
    start, end = "grade: 2\nlook: x\n", "\noutputs: {m: {}}\n"
    first = format_text(start + before + end, "x")
    assert after.rstrip() in "\n".join(line.rstrip() for line in first.splitlines())
    assert format_text(first, "x") == first
