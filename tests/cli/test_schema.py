"""`grade schema`: what it lets through and refuses, as the loader does."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import grade.ops  # noqa: F401  the package registers its ops when it is loaded
from grade import assets
from grade.graph import Look, LookFileError
from grade.graph.file.load import from_text
from grade.graph.file.reader import parse
from grade.graph.model.inputs import Input
from grade.op import OPS

HARBOUR = Path(__file__).parents[1] / "graph" / "looks" / "harbour_night.grade.yaml"
SHIPPED = sorted((assets.luts() / "looks").glob("*.grade.yaml"))
WORKLOADS = sorted(assets.workloads().glob("*.grade.yaml"))
CATALOGUE = {
    kind: op
    for kind, op in OPS.items()
    if op.__module__.startswith("grade.ops.") and not issubclass(op, Input)
}
START = "grade: 2\nlook: x\nnodes:\n"
END = "\noutputs:\n  m: {}\n"


@pytest.fixture(scope="module")
def schema():
    from grade.graph.file.schema import schema

    return schema()


@pytest.fixture(scope="module")
def valid(schema):
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    return lambda text: validator.is_valid(parse(text, "x").plain)


def test_the_verb_prints_it(run, schema):
    done = run("schema")
    assert done.code == 0
    assert json.loads(done.out) == schema


@pytest.mark.parametrize("path", [HARBOUR, *SHIPPED, *WORKLOADS], ids=lambda p: p.name)
def test_every_look_of_ours_fits(valid, path):
    assert valid(path.read_text(encoding="utf-8"))


def test_a_new_look_fits(run, valid, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("new", "night").code == 0
    assert valid(Path("night.grade.yaml").read_text())


def test_every_entry_of_the_header_has_words(schema):
    assert all(entry["description"] for entry in schema["properties"].values())


def test_it_has_every_op_and_every_parameter(schema):
    for kind, op in CATALOGUE.items():
        entry = schema["$defs"][f"op.{kind}"]
        for name, setting in op.settings.items():
            if hasattr(setting, "unwritable") or (name == "channels" and op.makes == "matte"):
                assert name not in entry["properties"]
                continue
            given = entry["properties"][name]
            if name not in op.NODE_FIELDS:
                assert setting.doc in given["description"]
                assert setting.schema(), f"{kind}.{name}: anything goes"
        where = "node" if op.makes == "picture" else "matte"
        kinds = [one["const"] for one in schema["$defs"][where]["properties"]["op"]["oneOf"]]
        assert kind in kinds


def test_a_range_is_that_of_the_parameter(schema):
    stops = schema["$defs"]["op.exposure"]["properties"]["stops"]
    value = schema["$defs"][stops["anyOf"][0]["$ref"].removeprefix("#/$defs/")]
    low, high = OPS["exposure"].setting("stops").hard
    assert value == {"type": "number", "minimum": low, "maximum": high}
    assert stops["default"] == 0
    assert "stops" in stops["description"]


@pytest.mark.parametrize(
    "node",
    [
        "{op: cdl, slope: 1.1}",
        "{op: cdl, slope: [1.1, 1, 0.9], amount: 0.5, enable: false, channels: rb, note: x}",
        "{op: cdl, slope: {1001: 1, 1040: {value: [1, 2, 3], ease: smooth}}}",
        "{op: offset, amount: {1: 0, 9: {value: 1, ease: bezier, handles: [0, 0, 1, 1]}}}",
        "{op: rgb_curves, master: [[0, 0], [0.5, 0.6], [1, 1]]}",
        "{op: offset, space: null}",
    ],
)
def test_what_the_loader_takes_it_takes(valid, node):
    text = f"{START}  a: {node}{END}"
    from_text(text, "x", Path(), Look)
    assert valid(text)


def test_tracks_fit_too(valid):
    assert valid(f"{START}  a: {{op: cdl, slope: {{track: a.csv, columns: [r, g, b]}}}}{END}")
    assert not valid(f"{START}  a: {{op: cdl, slope: {{track: a.csv, column: r}}}}{END}")
    assert not valid(f"{START}  a: {{op: cdl, enable: {{track: a.csv}}}}{END}")


@pytest.mark.parametrize(
    "node",
    [
        "{op: cld}",
        "{op: ellipse}",
        "{opp: cdl}",
        "{op: cdl, like: a}",
        "{like: a, slope: 1}",
        "{op: cdl, slop: 1}",
        "{op: cdl, slope: much}",
        "{op: cdl, slope: true}",
        "{op: cdl, slope: [1, 1]}",
        "{op: cdl, slope: -1}",
        "{op: cdl, slope: [1, 1, 1e9]}",
        "{op: cdl, saturation: [1, 1, 1]}",
        "{op: cdl, amount: 1.5}",
        "{op: cdl, enable: yes}",
        "{op: cdl, enable: {1: true}}",
        "{op: cdl, channels: rgba}",
        "{op: cdl, channels: ''}",
        "{op: cdl, slope: {}}",
        "{op: cdl, slope: {now: 1}}",
        "{op: cdl, slope: {1: -1}}",
        "{op: cdl, slope: {1: {ease: hold}}}",
        "{op: cdl, slope: {1: {value: 1, ease: slowly}}}",
        "{op: cdl, slope: {1: {value: 1, handles: [1, 2]}}}",
        "{op: cdl, slope: {1: {value: 1, how: hold}}}",
        "{op: cdl, matte: 3}",
        "{op: cdl, matte: spot + face}",
        "{op: cdl, note: 3}",
        "{op: cdl, space: 3}",
        "{op: cdl, from: 3}",
        "{op: cdl, from: Trim}",
        "{op: mix}",
        "{op: parallel, from: source}",
        "{op: contrast, style: film}",
        "{op: rgb_curves, master: [[0, 0]]}",
        "{op: rgb_curves, master: [[0, 0, 1], [1, 1, 1]]}",
        "{op: rgb_curves, master: 3}",
        "{op: aces2_output, peak: 20}",
        "{op: file_lut, file: [a, b]}",
        "3",
        "null",
        "[]",
    ],
)
def test_what_the_loader_refuses_it_refuses(valid, node):
    text = f"{START}  a: {node}{END}"
    with pytest.raises(LookFileError):
        from_text(text, "x", Path(), Look)
    assert not valid(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("grade: 2", "grade: 3"),
        ("grade: 2", "grade: '2'"),
        ("grade: 2\n", ""),
        ("look: x\n", ""),
        ("look: x", "look: ''"),
        ("look: x", "look: 3"),
        ("look: x", "look: x\ntime: seconds"),
        ("look: x", "look: x\ninput: 3"),
        ("look: x", "look: x\nlock: y"),
        ("look: x", "look: x\ninputs: {a: {channel: A, layer: b}}"),
        ("look: x", "look: x\ninputs: {a: {}}"),
        ("look: x", "look: x\ninputs: {a: {files: 3}}"),
        ("look: x", "look: x\nknobs: {a: 3}"),
        ("look: x", "look: x\nversions: {a: 3}"),
        ("look: x", "look: x\nmattes: {a: {op: cdl}}"),
        ("look: x", "look: x\nmattes: {a: 3}"),
        ("look: x", "look: x\nmattes: {a: {op: hsl_qualifier, hue: 3}}"),
        ("look: x", "look: x\nmattes: {a: {op: hsl_qualifier, hue: {low: 3}}}"),
        ("look: x", "look: x\nmattes: {a: {op: matte_levels}}"),
        ("  a:", "  A:"),
        ("  a:", "  source:"),
        ("m: {}", "m: {view: Raw}"),
        ("m: {}", "m: {space: a, display: b, view: c}"),
        ("m: {}", "m: {frm: a}"),
        ("m: {}", "M: {}"),
        ("outputs:\n  m: {}", "outputs: {}"),
        ("outputs:\n  m: {}", "outputs: []"),
    ],
)
def test_the_rest_of_the_file_too(valid, old, new):
    text = f"{START}  a: {{op: cdl}}{END}"
    assert valid(text)
    assert old in text
    text = text.replace(old, new)
    with pytest.raises(LookFileError):
        from_text(text, "x", Path(), Look)
    assert not valid(text)


def test_new_looks_name_the_schema_that_lies_above_them(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "looks").mkdir()
    run("new", "plain")
    assert not Path("plain.grade.yaml").read_text().startswith("#")
    (tmp_path / "grade.schema.json").write_text(run("schema").out)
    run("new", "looks/night")
    run("new", "day")
    hint = "# yaml-language-server: $schema="
    assert Path("looks/night.grade.yaml").read_text().startswith(f"{hint}../grade.schema.json\n")
    assert Path("day.grade.yaml").read_text().startswith(f"{hint}grade.schema.json\n")
    assert Look.load("looks/night.grade.yaml") == Look.load("plain.grade.yaml")
