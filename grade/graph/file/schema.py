"""The JSON Schema of look files, for editors and CI, from the document and the catalogue of ops.

The loader checks what several entries decide together: names that must exist, cycles, spaces and
views of the config, files on disk, and the order of points.
"""

from __future__ import annotations

import inspect
from typing import Any

from grade.graph.file.document import Document, OutputEntry
from grade.graph.file.format_version import NEWEST
from grade.graph.file.parameter_schema import Shared, parameter_schema
from grade.graph.model.inputs import Input, MatteFile, PlateFile
from grade.op import OPS, Op
from grade.op.parameters.json_schema import Schema, any_of

NAME = {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"}
ANYTHING = ["number", "string", "boolean", "array", "object", "null"]
ABOUT = {
    "grade": "Version of this format.",
    "look": "The name of the look.",
    "intent": "One sentence: what should a viewer feel?",
    "config": "The OpenColorIO config: a built-in name (ocio://...), a path, or sha256:...",
    "input": "The space of the plates, or the view that made them; auto asks each file.",
    "untagged": "With input: auto, what a plate is that does not say it.",
    "working": "The space that ops of domain any work in, such as cdl and curves.",
    "time": "Keyframes count in frames of the plate, or from the first frame of the shot.",
    "rate": "Frames per second of the timecodes of keys, such as 24 or 29.97.",
    "inputs": "Inputs beside the plate: pictures, and with a channel mattes.",
    "mattes": "Windows and qualifiers, and expressions of them: skin & spot - lamps.",
    "nodes": "The nodes of the grade, in order.",
    "outputs": "The results: a node, and the space or view that it is converted to.",
    "knobs": "Names for what a shot may set: a node, or node.parameter.",
    "versions": "Named sets of other values: {dawn: {balance.temperature: 5600}}.",
}


def schema() -> Schema:
    """The schema of a look file, draft 2020-12, with every op and the range of every parameter."""
    import grade.ops  # noqa: F401  the package registers its ops when it is loaded

    known = {kind: op for kind, op in sorted(OPS.items()) if not issubclass(op, Input)}
    header = Document.model_json_schema()["properties"]
    plate = {"anyOf": [{"type": ["string", "null"]}, {"$ref": "#/$defs/view"}]}
    sections = {
        "input": plate,
        "untagged": plate,
        "inputs": _mapping({"$ref": "#/$defs/input"}),
        "mattes": _mapping(any_of([{"$ref": "#/$defs/matte"}, {"$ref": "#/$defs/expression"}])),
        "nodes": _mapping({"$ref": "#/$defs/node"}),
        "outputs": {**_mapping({"$ref": "#/$defs/output"}), "type": "object", "minProperties": 1},
        "knobs": _mapping({"type": "string", "minLength": 1}),
        "versions": _mapping({"type": "object", "additionalProperties": {"type": ANYTHING}}),
    }
    shared = Shared()
    placed = {f"op.{kind}": _op(op, shared) for kind, op in known.items()}
    fields = {
        f"field.{name}": parameter_schema(Op.settings[name], shared) for name in Op.NODE_FIELDS
    }
    fields["field.channels"] |= {"type": "string", "pattern": "^[rgb]+$"}
    inputs = [_input(PlateFile, "layer", shared), _input(MatteFile, "channel", shared)]
    properties = {
        name: {**sections.get(name, _entry(given)), "description": ABOUT.get(name, "")}
        for name, given in header.items()
    }
    properties["grade"] = {"const": NEWEST, "description": ABOUT["grade"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "look file of grade",
        "type": "object",
        "properties": properties,
        "required": [n for n, f in Document.model_fields.items() if f.is_required()],
        "additionalProperties": False,
        "$defs": {
            "name": NAME,
            "expression": {
                "type": "string",
                "pattern": r"^[a-z0-9_ &|~()-]*$",
                "description": "Mattes combined by & | - ~ and brackets.",
            },
            "input": {"anyOf": inputs},
            "output": _output(),
            "view": _view(),
            "node": _placed({k: op for k, op in known.items() if op.makes == "picture"}),
            "matte": _placed({k: op for k, op in known.items() if op.makes == "matte"}),
            **placed,
            **fields,
            **shared.definitions,
        },
    }


def _entry(given: Schema) -> Schema:
    """An entry of the header, without the titles that pydantic adds."""
    found = {key: value for key, value in given.items() if key not in ("title", "default")}
    return found if given.get("default") is None else {**found, "default": given["default"]}


def _mapping(value: Schema) -> Schema:
    return {
        "type": ["object", "null"],
        "propertyNames": {**NAME, "not": {"const": "source"}},
        "additionalProperties": value,
    }


def _placed(ops: dict[str, type[Op]]) -> Schema:
    """An entry of nodes or mattes: an op with its parameters, or ``like`` another node."""
    chosen = [
        {
            "if": {"properties": {"op": {"const": kind}}, "required": ["op"]},
            "then": {"$ref": f"#/$defs/op.{kind}"},
        }
        for kind in ops
    ]
    kinds = [{"const": kind, "description": _first_line(op)} for kind, op in ops.items()]
    like = {"like": {"$ref": "#/$defs/name", "description": "Shares the settings of this node."}}
    return {
        "type": "object",
        "properties": {"op": {"type": "string", "oneOf": kinds}, **like},
        "oneOf": [{"required": ["op"]}, {"required": ["like"]}],
        "allOf": [*chosen, {"if": {"required": ["like"]}, "then": _LIKE}],
    }


_LIKE: Schema = {
    "properties": {"like": True, "from": {"$ref": "#/$defs/name"}},
    "additionalProperties": False,
}


def _op(op: type[Op], shared: Shared) -> Schema:
    """The entries of a node of an op."""
    settings = {
        name: parameter_schema(setting, shared)
        for name, setting in op.settings.items()
        if name not in op.NODE_FIELDS and not hasattr(setting, "unwritable")
    }
    fields = _node_fields(op)
    if op.makes == "picture":
        fields["matte"] = {"$ref": "#/$defs/expression"}
    taken, required = _taken(op)
    return {
        "type": "object",
        "title": op.kind,
        "description": inspect.getdoc(op) or "",
        "properties": {"op": {"const": op.kind}, **taken, **settings, **fields},
        "required": ["op", *required],
        "additionalProperties": False,
    }


def _node_fields(op: type[Op]) -> Schema:
    """The entries that every node has; mattes have no ``channels``."""
    names = [name for name in op.NODE_FIELDS if op.makes == "picture" or name != "channels"]
    return {name: {"$ref": f"#/$defs/field.{name}"} for name in names}


def _taken(op: type[Op]) -> tuple[Schema, list[str]]:
    """The entries for the inputs of a node, and which of them are required."""
    if not op.pictures:
        return {}, []
    name = {"$ref": "#/$defs/name"}
    found: Schema = {"from": {**name, "description": "Left out: the node above."}}
    required = ["from"] if op.takes == "matte" else []
    for field in op.pictures[1:]:
        found[field] = {**name, "description": "Another node."}
        required.append(field)
    if op.more is not None:
        found[op.more] = {"type": "array", "items": name, "minItems": 1}
        required.append(op.more)
    return found, required


def _input(op_type: type[Op], field: str, shared: Shared) -> Schema:
    own = {name: parameter_schema(op_type.settings[name], shared) for name in ("files", field)}
    properties = {**own, **_node_fields(op_type)}
    needed = ["channel"] if field == "channel" else []
    return {
        "type": "object",
        "properties": properties,
        "required": needed,
        **({} if needed else {"anyOf": [{"required": ["files"]}, {"required": [field]}]}),
        "additionalProperties": False,
    }


def _output() -> Schema:
    texts = {
        "from": {"$ref": "#/$defs/name", "description": "Left out: the last node."},
        "space": {"type": ["string", "null"], "description": "The space of the output."},
        "display": {"type": ["string", "null"], "description": "A display of the config."},
        "view": {"type": ["string", "null"], "description": "A view of that display."},
    }
    known = [field.alias or name for name, field in OutputEntry.model_fields.items()]
    return {
        "type": "object",
        "properties": {name: texts[name] for name in known},
        "additionalProperties": False,
        "dependentRequired": {"display": ["view"], "view": ["display"]},
        "not": {"required": ["space", "view"]},
    }


def _view() -> Schema:
    names = {"display": "A display of the config.", "view": "A view of that display."}
    return {
        "type": "object",
        "properties": {n: {"type": "string", "description": text} for n, text in names.items()},
        "required": list(names),
        "additionalProperties": False,
    }


def _first_line(op: type[Op]) -> str:
    return (inspect.getdoc(op) or "").partition("\n")[0]


def as_text(found: Any) -> str:
    """A schema as the text of a file."""
    import json

    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"
