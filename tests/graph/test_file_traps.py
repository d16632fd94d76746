"""What YAML gets wrong elsewhere, and what a hostile file would try."""

import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import grade
from grade.graph import LookFileError
from grade.graph.file.load import from_text
from grade.graph.file.reader import LARGEST, parse
from grade.graph.file.yaml_text import to_yaml
from grade.graph.file.yaml_tree import number_or_text

START = "grade: 2\nlook: x\nnodes:\n"
END = "outputs:\n  m: {}\n"


def look(nodes):
    return from_text(START + nodes + END, "x.yaml", Path(), grade.Look)


def refusal(text):
    with pytest.raises(LookFileError) as caught:
        from_text(text, "x.yaml", Path(), grade.Look)
    return str(caught.value)


@pytest.mark.parametrize("name", ["off", "on", "yes", "no", "y", "n"])
def test_a_node_may_be_called_what_yaml_1_1_takes_for_a_truth(name):
    assert [p.name for p in look(f"  {name}: {{op: offset}}\n").nodes()] == [name]


def test_a_number_may_be_written_with_an_exponent():
    assert look("  a: {op: offset, offset: 1e-3}\n")["a"].offset == (1e-3,) * 3
    assert look("  a: {op: offset, offset: -1E-2}\n")["a"].offset == (-1e-2,) * 3


def test_a_clock_is_no_number_of_seconds():
    assert parse("a: 10:30\n", "x").plain == {"a": "10:30"}
    message = refusal(START + "  a: {op: offset, offset: 10:30}\n" + END)
    assert message.startswith("x.yaml:4: a.offset = '10:30': not a number")


@pytest.mark.parametrize("text", ["yes", "on", "off", "no"])
def test_a_word_is_no_switch(text):
    message = refusal(START + f"  a: {{op: offset, enable: {text}}}\n" + END)
    assert message.startswith(f"x.yaml:4: a.enable = '{text}': takes true or false")


@pytest.mark.parametrize(
    ("text", "value"),
    [("017", 17), ("0x1F", "0x1F"), ("1_000", "1_000"), ("1.", 1.0), (".5", 0.5), ("", None),
     ("2001-01-01", "2001-01-01"), ("=", "="), ("<<", "<<"), ("-.inf", -math.inf),
     ("1" * 350, math.inf), ("1" * 500, "1" * 500)],
)  # fmt: skip
def test_scalars_are_those_of_the_core_schema(text, value):
    assert number_or_text(text) == value


def test_equal_keys_are_refused_with_both_lines():
    message = refusal(START + "  a: {op: offset}\n  b: {op: cdl}\n  a: {op: cdl}\n" + END)
    assert message == "x.yaml:6: a: given twice, first in line 4"
    assert "given twice" in refusal(START + "  a: {op: offset, offset: 1, offset: 2}\n" + END)


def test_tabs_are_named():
    assert refusal("grade: 2\nlook: x\nnodes:\n\ta: {op: offset}\n") == (
        "x.yaml:4: a tab is not valid here; use spaces"
    )


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a: &x [1]\nb: *x\n", "x.yaml:1: anchors and aliases"),
        ("a: *x\n", "x.yaml:1: anchors and aliases"),
        ("a: !!python/object/apply:os.system [ls]\n", "x.yaml:1: tags such as"),
        ("a: 1\nb: !!python/name:os.system x\n", "x.yaml:2: tags such as"),
        ("a: !!binary aGk=\n", "x.yaml:1: tags such as"),
        ("%YAML 1.1\n---\ngrade: 2\n", "x.yaml:2: a look file has no % directives"),
        ("%TAG ! !x\n---\ngrade: 2\n", "x.yaml:2: a look file has no % directives"),
        ("grade: 2\n---\ngrade: 2\n", "x.yaml:2: a look file holds one document"),
        ("? [a]\n: 1\n", "x.yaml:1: a key is one word"),
        ("'': 1\n", "x.yaml:1: a key is one word"),
        ("- grade: 2\n", "x.yaml:1: a look file is a mapping"),
        ("", "x.yaml:1: a look file is a mapping"),
        ("# nothing\n", "x.yaml:1: a look file is a mapping"),
        ("grade: 2\nlook: {", "x.yaml:2: "),
        ("grade: 2\nlook: 'x\n", "x.yaml:"),
        ("grade: \x07\n", "x.yaml:1: a character that is not valid in text"),
        ("grade: 2\nlook: a: b\n", "x.yaml:2: mapping values are not allowed here"),
    ],
)
def test_what_a_look_needs_not_is_refused(text, message):
    assert refusal(text).startswith(message)


@pytest.mark.parametrize("text", ["[" * 50_000, "a: " + "{b: " * 50_000, "- " * 50_000])
def test_depth_is_bounded(text):
    assert refusal(text) == "x.yaml:1: nested deeper than 12 levels"


def test_a_bomb_of_anchors_does_not_grow():
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 12)]
    assert "anchors and aliases" in refusal("\n".join(lines))


def test_files_that_are_no_looks(tmp_path):
    path = tmp_path / "x.grade.yaml"
    with pytest.raises(LookFileError, match="cannot be read"):
        grade.load(path)
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(LookFileError, match="more than 128,000 bytes"):
        grade.load(path)
    path.write_bytes(b"grade: 2\nlook: \xff\n")
    with pytest.raises(LookFileError, match=r"x\.grade\.yaml:2: not UTF-8 text"):
        grade.load(path)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])))
def test_any_text_survives_as_a_word(text):
    assert parse(f"a: {to_yaml(text)}\nb: {{c: {to_yaml(text)}}}\n", "x").plain == {
        "a": text,
        "b": {"c": text},
    }


@given(st.floats(allow_nan=False))
def test_any_number_survives_as_a_word(number):
    assert parse(f"a: [{to_yaml(number)}]\n", "x").plain == {"a": [number]}


@given(st.text(alphabet="abgr:{}[]-?!&*|>%@`'\"#, \n\t.10~\\", max_size=60))
def test_any_text_loads_or_is_refused_with_its_place(text):
    try:
        from_text(START + text, "x.yaml", Path(), grade.Look)
    except LookFileError as error:
        assert str(error).startswith("x.yaml:")
