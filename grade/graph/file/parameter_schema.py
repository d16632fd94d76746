"""The JSON Schema of a parameter: type, range, keyframes, default and description."""

from __future__ import annotations

import json
from typing import Any

from grade.op import Setting
from grade.op.animation.keyframes import EASES
from grade.op.parameters.json_schema import Schema, any_of, fixed_list, sentence

FRAME = r"^-?[0-9]"
TEXTS = {"type": "array", "items": {"type": "string"}}
TRACK = {
    "type": "object",
    "properties": {
        "track": {"type": "string", "description": "A .csv or .json file of keyframes."},
        "columns": {"anyOf": [{"type": "string"}, TEXTS]},
    },
    "required": ["track"],
    "additionalProperties": False,
}
HANDLES = fixed_list([{"type": "number"}] * 4)


class Shared:
    """Schemas that several parameters share, each written once under ``$defs``."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._names: dict[str, str] = {}

    def refer(self, kind: str, schema: Schema) -> Schema:
        """Add a schema, unless it is there already, and give a reference to it."""
        text = json.dumps(schema)
        if text not in self._names:
            self._names[text] = f"{kind}.{len(self._names) + 1}"
            self.definitions[self._names[text]] = schema
        return {"$ref": f"#/$defs/{self._names[text]}"}


def parameter_schema(setting: Setting, shared: Shared) -> Schema:
    """The schema of a field of an op, with keyframes if it takes them."""
    found = setting.schema()
    if not setting.structural:
        value = shared.refer("value", found)
        keys = shared.refer("keyframes", keyframes_schema(value))
        found = any_of([value, keys, shared.refer("track", TRACK)])
    found = {**found, "description": f"{setting.doc} {sentence(setting.summary())}"}
    default = _json(setting.default)
    return found if default is None else {**found, "default": default}


def keyframes_schema(value: Schema) -> Schema:
    """The schema of a map from frames to values of this schema."""
    key = {
        "type": "object",
        "properties": {
            "value": value,
            "ease": {"enum": list(EASES), "description": "How it is reached from the key before."},
            "handles": {
                "anyOf": [HANDLES, {"type": "null"}],
                "description": "x1, y1, x2, y2 of a bezier; x within 0..1.",
            },
        },
        "required": ["value"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "title": "keyframes",
        "minProperties": 1,
        "patternProperties": {FRAME: any_of([value, key])},
        "additionalProperties": False,
    }


def _json(value: Any) -> Any:
    """A default as JSON data; None if JSON cannot hold it."""
    if isinstance(value, tuple):
        return [_json(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, bool | int | float | str) else None
