"""What a parameter takes, as JSON Schema: type, range, default, and the words of its doc."""

from __future__ import annotations

import json
import math
from typing import Any

from grade.graph.model.inputs import FilePattern
from grade.op import (
    BandParam,
    Choice,
    CubeData,
    CurveData,
    FileName,
    LabelledParam,
    Name,
    Param,
    PlacesParam,
    PointsParam,
    RgbParam,
    Setting,
    Switch,
    VectorParam,
)
from grade.op.animation.keyframes import EASES
from grade.op.parameters.level_points import LevelPointsParam
from grade.op.parameters.mapping import NamedParam
from grade.op.parameters.places import PathParam
from grade.op.parameters.rows import Column, RowsParam

Schema = dict[str, Any]
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
NUMBERS = {"type": "array", "items": {"type": "number"}}


class Shared:
    """Schemas that several parameters have in common, each written once under ``$defs``."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}
        self._names: dict[str, str] = {}

    def refer(self, kind: str, schema: Schema) -> Schema:
        """A reference to a schema, which is kept."""
        text = json.dumps(schema)
        if text not in self._names:
            self._names[text] = f"{kind}.{len(self._names) + 1}"
            self.definitions[self._names[text]] = schema
        return {"$ref": f"#/$defs/{self._names[text]}"}


def parameter(setting: Setting, shared: Shared) -> Schema:
    """The schema of a field of an op; keyframes included where it takes them."""
    found = plain_value(setting)
    if isinstance(setting, Param):
        value = shared.refer("value", found)
        keys = shared.refer("keyframes", keyframes(value))
        found = any_of([value, keys, shared.refer("track", TRACK)])
    found = {**found, "description": f"{setting.doc} {_sentence(setting.summary())}"}
    default = _json(setting.default)
    return found if default is None else {**found, "default": default}


def plain_value(setting: Setting) -> Schema:
    """The schema of the value without keyframes; of a setting that it does not know, anything."""
    found = _param(setting) if isinstance(setting, Param) else _structure(setting)
    unset = setting.optional if isinstance(setting, Param) else setting.default is None
    if found and (unset or isinstance(setting, Name)):
        return any_of([found, {"type": "null"}])
    return found


def keyframes(value: Schema) -> Schema:
    """A map of frames to values of this schema."""
    key = {
        "type": "object",
        "properties": {
            "value": value,
            "ease": {"enum": list(EASES), "description": "How it is reached from the key before."},
            "handles": {
                "anyOf": [{**NUMBERS, "minItems": 4, "maxItems": 4}, {"type": "null"}],
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


def any_of(schemas: list[Schema]) -> Schema:
    """Either of these; alternatives of alternatives become one list."""
    flat: list[Schema] = []
    for schema in schemas:
        flat += schema["anyOf"] if set(schema) == {"anyOf"} else [schema]
    return {"anyOf": flat}


def number(low: float, high: float) -> Schema:
    """A number within a range; an end that is infinite is left out, as JSON has none."""
    found: Schema = {"type": "number"}
    if math.isfinite(low):
        found["minimum"] = low
    if math.isfinite(high):
        found["maximum"] = high
    return found


def _param(setting: Param) -> Schema:
    one = number(*setting.hard)
    if isinstance(setting, NamedParam):
        return {"type": "object", "additionalProperties": one}
    if isinstance(setting, RowsParam):
        return _rows(setting)
    if isinstance(setting, BandParam):
        return _band(setting)
    if isinstance(setting, PathParam):
        lengths = [{**_listed([one] * count)} for count in (2, 4, 6)]
        return _items({"anyOf": lengths}, setting.fewest, setting.most)
    if isinstance(setting, PlacesParam):
        return _items(_listed([one] * len(setting.labels)), setting.fewest, setting.most)
    if isinstance(setting, PointsParam):
        axes = [one, one]
        if isinstance(setting, LevelPointsParam):
            axes = [number(*setting.x), number(*setting.y)]
        return _items(_listed(axes), setting.fewest, setting.most)
    if isinstance(setting, RgbParam):
        return any_of([one, _listed([one] * 3)])
    if isinstance(setting, VectorParam):
        listed = _listed([one] * len(setting.default))
        single = isinstance(setting, LabelledParam) and setting.one
        return any_of([one, listed]) if single else listed
    return one


def _structure(setting: Setting) -> Schema:
    if isinstance(setting, Switch):
        return {"type": "boolean"}
    if isinstance(setting, Choice):
        return {"enum": list(setting.options)}
    if isinstance(setting, Name):
        return {"type": "string"}
    if isinstance(setting, FileName | FilePattern):
        return {"type": "string", "minLength": 1}
    if isinstance(setting, CurveData | CubeData):
        return {"type": "array", "minItems": setting.fewest, "maxItems": setting.most}
    low, high = getattr(setting, "low", None), getattr(setting, "high", None)
    return {} if low is None or high is None else number(low, high)


def _band(setting: BandParam) -> Schema:
    one, edge = number(*setting.hard), number(0.0, setting.hard[1] - setting.hard[0])
    return {
        "type": "object",
        "title": "band",
        "properties": {
            "low": {**one, "description": f"From here everything, {setting.unit}."},
            "high": {**one, "description": f"Up to here everything, {setting.unit}."},
            "soft": {
                **any_of([edge, _listed([edge, edge])]),
                "description": "How far the edges reach out; two numbers: low edge, high edge.",
                "default": 0.0,
            },
        },
        "required": ["low", "high"],
        "additionalProperties": False,
    }


def _rows(setting: RowsParam) -> Schema:
    columns = {column.name: _cell(column) for column in setting.columns}
    required = [column.name for column in setting.columns if column.default is None]
    by_name = {
        "type": "object",
        "properties": columns,
        "required": required,
        "additionalProperties": False,
    }
    listed = {
        "type": "array",
        "prefixItems": list(columns.values()),
        "minItems": len(required),
        "maxItems": len(columns),
    }
    return {"type": "array", "items": any_of([by_name, listed]), "maxItems": setting.most}


def _cell(column: Column) -> Schema:
    one = number(*column.hard)
    kinds = [one, *([_listed([one] * 3)] if column.rgb else [])]
    if column.words:
        kinds.append({"enum": list(column.words)})
    found = any_of(kinds) if len(kinds) > 1 else one
    return {**found, "description": _sentence(column.summary())}


def _listed(items: list[Schema]) -> Schema:
    """A list of so many numbers."""
    return (
        {"type": "array", "items": items[0], "minItems": len(items), "maxItems": len(items)}
        if (all(item == items[0] for item in items))
        else {"type": "array", "prefixItems": items, "minItems": len(items), "maxItems": len(items)}
    )


def _items(item: Schema, fewest: int, most: int) -> Schema:
    return {"type": "array", "items": item, "minItems": fewest, "maxItems": most}


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


def _json(value: Any) -> Any:
    """A default as JSON; None if it has none."""
    if isinstance(value, tuple):
        return [_json(part) for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value if isinstance(value, bool | int | float | str) else None
