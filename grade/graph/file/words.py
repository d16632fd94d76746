"""Values as YAML text, and the entries of nodes and outputs that a look file has."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

from grade.graph.ends import is_delivery
from grade.graph.errors import GraphError
from grade.graph.file.tree import number_or_text
from grade.graph.look import Look
from grade.graph.meaning import stated
from grade.graph.naming import SOURCE
from grade.graph.picture import Picture
from grade.ir.table import Table
from grade.op import FileName, Op

Entries = dict[str, Any]
HERE = Path()
_BARE = re.compile(r"[A-Za-z0-9_.~/][\w .~/()+-]*(?:[:=][\w./-][\w .~/()+-]*)*\Z")


def word(value: Any) -> str:
    """A value as YAML reads it back.

    >>> [word(v) for v in (1.0, True, (0.9, 1.0), "ACES 2.0 - SDR (x)", "off", "1e-3", "a: b")]
    ['1.0', 'true', '[0.9, 1.0]', 'ACES 2.0 - SDR (x)', 'off', '"1e-3"', '"a: b"']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if value != value else ".inf" if value > 0 else "-.inf"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(word, value))}]"
    text = str(value)
    bare = _BARE.match(text) and text.isprintable() and not text.endswith(" ")
    if bare and isinstance(number_or_text(text), str) and not text.startswith("..."):
        return text
    return "".join(map(_printable, json.dumps(text, ensure_ascii=False)))


def _printable(character: str) -> str:
    """Escaped where a reader would refuse it or take it for the end of a line."""
    code = ord(character)
    if character.isprintable():
        return character
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def short(value: Any) -> Any:
    """Three equal numbers as one."""
    if isinstance(value, tuple) and len(value) == 3 and len(set(value)) == 1:
        return value[0]
    return value


def header(look: Look) -> Entries:
    """The entries above the nodes; None for those that are left out."""
    from grade.graph.meaning import uses_spaces

    return {
        "grade": 1,
        "look": look.name,
        "intent": look.intent or None,
        "config": look.configuration.name if uses_spaces(look) else look.pinned,
        "input": look.input,
        "working": look.working,
        "time": None if look.time == "frame" else look.time,
    }


def nodes(look: Look, folder: Path = HERE) -> dict[str, Entries]:
    """The entries of every node in serial order, ``from`` and the further pictures included.

    Files are stated as seen from ``folder``.

    Raises
    ------
    GraphError
        If names were made up, or a value has no text; the message has the line to add.
    """
    if look.names.unnamed:
        name, op = next(iter(look.names.unnamed.items()))
        raise GraphError(
            f"the look {look.name} has several nodes of the kind {op.kind}, and the file must tell"
            f" them apart; name this one: {op.copy(name=name)!r}"
        )
    found: dict[str, Entries] = {}
    for placed in look.nodes():
        own = look.names.ops.get(placed.name)
        shared = own is not placed.op
        found[placed.name] = {
            **({"like": look.names.of(placed.op)} if shared else {"op": placed.op.kind}),
            **dict(zip(placed.op.pictures, placed.inputs, strict=True)),
            **({} if shared else _values(placed.name, placed.op, folder)),
        }
    return found


def _values(name: str, op: Op, folder: Path) -> Entries:
    values = stated(op)
    for field, value in values.items():
        setting = op.settings[field]
        if isinstance(setting, FileName):
            values[field] = setting.stated(value, folder)
        elif hasattr(setting, "unwritable"):
            raise GraphError(f"{name}.{field}: {setting.unwritable(name)}")
        tables = value if isinstance(value, tuple) else (value,)
        if any(isinstance(part, Table) for part in tables):
            raise GraphError(
                f"{name}.{field}: an array has no place in a look file; write it as a .cube or .clf"
                " file and use FileLUT"
            )
    return values


def outputs(look: Look) -> dict[str, Entries]:
    """The entries of every output."""
    found: dict[str, Entries] = {}
    for name, picture in look.outputs.items():
        target: Entries = {}
        if picture not in look.names.places and is_delivery(picture):
            op = picture.op
            assert op is not None
            if "dst" in op.values:
                target = {"space": op.values["dst"]}
            else:
                target = {"display": op.values["display"], "view": op.values["view"]}
            picture = picture.inputs[0]
        found[name] = {"from": _name(look, picture), **target}
    return found


def _name(look: Look, picture: Picture) -> str:
    return look.names.places.get(picture, SOURCE)
