"""An example of an op in a look file, for `grade ops NAME`; its lines load."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grade.op import Op

# Values of texts that have no default; one op may need two of them.
_TEXTS = {
    "dst": "ACEScg",
    "display": "Rec.1886 Rec.709 - Display",
    "view": "Un-tone-mapped",
    "looks": "ACES 1.3 Reference Gamut Compression",
    "file": "film.cube",
}


def example(op: type[Op]) -> list[str]:
    """The lines of the example: a node, or a matte with a node that takes it.

    Further pictures are nodes called ``warm`` and ``flat``; a key looks at ``trim``.
    """
    from grade.graph.file.yaml_text import to_yaml

    if any(hasattr(setting, "unwritable") or _is_table(setting) for setting in _own(op).values()):
        return ["Only from Python: a look file cannot hold arrays and objects; see file_lut."]
    entries = {"op": op.kind, **_taken(op), **_value(op)}
    if op.domain == "display":  # else it must stand behind a display
        entries["space"] = _TEXTS["display"]
    line = f"{{{', '.join(f'{key}: {to_yaml(value)}' for key, value in entries.items())}}}"
    if op.makes == "picture":
        name = "trim" if len(op.pictures) == 1 and op.more is None else "blend"
        return [f"In a look file, under nodes:  {name}: {line}"]
    return [
        f"In a look file, under mattes:  key: {line}",
        "and then under nodes:          lift: {op: exposure, stops: 0.3, matte: key}",
    ]


def _own(op: type[Op]) -> dict[str, Any]:
    return {field: op.settings[field] for field in op.settings if field not in op.NODE_FIELDS}


def _is_table(setting: Any) -> bool:
    return type(setting).__name__ in ("CurveData", "CubeData")


def _taken(op: type[Op]) -> dict[str, Any]:
    """The pictures that do not come from the node above."""
    if op.makes == "matte":
        above = "window" if op.takes == "matte" else "trim"
        return {"from": above} if op.pictures else {}
    names = ("flat", "warm")
    taken: dict[str, Any] = dict(zip(op.pictures[1:], names, strict=False))
    if op.more is not None:
        taken[op.more] = ["flat"]
    return {"from": "warm" if len(op.pictures) == 2 else "trim", **taken} if taken else {}


def _value(op: type[Op]) -> dict[str, Any]:
    """The parameters that have no default, or else the first that has one."""
    from grade.graph.file.yaml_text import collapse_rgb
    from grade.op import Band, Record

    settings = _own(op)
    if texts := {field: text for field, text in _TEXTS.items() if field in settings}:
        needed = [field for field in texts if field != "looks" or "display" not in texts]
        return {field: texts[field] for field in needed}
    for field, setting in settings.items():
        if isinstance(setting.default, Record):
            first = setting.default.names[0]
            return {field: setting.default.with_cell(first, setting.soft[1] / 8)}
        if setting.default is not None:
            return {field: collapse_rgb(setting.default)}
        if type(setting).__name__ == "BandParam":
            low, high = setting.soft
            span = high - low
            return {field: Band(low + span / 4, low + span / 2, soft=span / 10)}
    return {}
