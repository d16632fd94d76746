"""`grade ops [NAME]`: the catalogue of operations, read from their classes."""

from __future__ import annotations

import inspect
import json
from typing import TYPE_CHECKING, Any

import click

from grade.cli.ops.example import example

if TYPE_CHECKING:
    from grade.op import Op

_DOMAINS = {
    "any": "on the code values of the working space",
    "linear": "in linear light",
    "log": "on log code values",
    "display": "on display values",
}


@click.command("ops")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
def command(name: str | None, as_json: bool) -> None:
    """List the operations, or show one in detail.

    \b
    grade ops                  every op in a line, by group, with its parameters
    grade ops cdl              formula, parameters, ranges, units, defaults
    grade ops --json           for programs

    A range is what the op accepts; the range in brackets is where a colorist works. Every node also
    takes name, amount (0 leaves the picture as it was), enable, space, channels and note.
    """  # noqa: D301
    import grade.ops  # noqa: F401  the package registers its ops when it is loaded
    from grade.op import OPS, find_op

    if name is not None:
        op = find_op(name)
        click.echo(json.dumps(describe(op), indent=1) if as_json else page(op))
    elif as_json:
        click.echo(json.dumps({kind: describe(op) for kind, op in sorted(OPS.items())}, indent=1))
    else:
        click.echo(table([op for _, op in sorted(OPS.items())]))


def describe(op: type[Op]) -> dict[str, Any]:
    """Everything about an op as plain data."""
    return {
        "op": op.kind,
        "domain": op.domain,
        "group": op.group,
        "invertible": op.invertible(),
        "known_as": list(op.known_as),
        "doc": inspect.getdoc(op) or "",
        "parameters": [_parameter(op, field) for field in own(op)],
    }


def own(op: type[Op]) -> list[str]:
    """The op's own parameters, without the fields that every node has."""
    return [field for field in op.settings if field not in op.NODE_FIELDS]


def _parameter(op: type[Op], field: str) -> dict[str, Any]:
    setting = op.settings[field]
    found: dict[str, Any] = {
        "name": field,
        "kind": type(setting).__name__,
        "default": _plain(setting.default),
        "summary": setting.summary(),
        "doc": setting.doc,
        "animates": not setting.structural,
    }
    for extra in ("unit", "soft", "hard", "options"):
        if hasattr(setting, extra):
            found[extra] = getattr(setting, extra)
    return found


def _plain(value: Any) -> Any:
    """A default as JSON data: a record by its names."""
    return dict(zip(value.names, value.cells, strict=True)) if hasattr(value, "cells") else value


def table(ops: list[type[Op]]) -> str:
    """One op to a line, by group: name, first sentence, parameters."""
    from grade.op.groups import GROUPS

    rows = [(op.group, op.kind, _first_line(op), ", ".join(own(op)) or "-") for op in ops]
    wide, long = (max(len(row[column]) for row in rows) for column in (1, 2))
    lines = []
    for group, heading in GROUPS.items():
        found = [row for row in rows if row[0] == group]
        lines += [heading, ""] if found else []
        lines += [f"  {kind:<{wide}}  {line:<{long}}  {rest}" for _, kind, line, rest in found]
        lines += [""] if found else []
    return "\n".join([*lines, "Details: grade ops NAME"])


def page(op: type[Op]) -> str:
    """One op in detail, as text."""
    lines = [f"{op.kind}  ({_domain(op)})", "", inspect.getdoc(op) or "", ""]
    if op.known_as:
        lines += [f"Elsewhere: {', '.join(op.known_as)}", ""]
    fields = own(op)
    width = max((len(field) for field in fields), default=0)
    for field in fields:
        setting = op.settings[field]
        soft = getattr(setting, "soft", None)
        usual = f" [{soft[0]:g}..{soft[1]:g}]" if soft else ""
        if hasattr(setting.default, "cells"):  # a record: a line for each of its parts
            lines.append(f"  {field:<{width}}  {setting.doc}")
            lines += [
                f"  {'':<{width}}    {column.name:<12}{column.summary()}"
                f" [{column.soft[0]:g}..{column.soft[1]:g}]"
                for column in setting.columns  # type: ignore[attr-defined]
            ]
            continue
        lines.append(f"  {field:<{width}}  {setting.summary()}{usual}")
        lines.append(f"  {'':<{width}}  {setting.doc}")
    return "\n".join([*lines, "", *example(op)])


def _domain(op: type[Op]) -> str:
    """What an op works on; where a choice decides, what with which."""
    from grade.op import DomainBy, Window

    if op.takes == "matte" or issubclass(op, Window):
        return "makes a matte"
    stated = inspect.getattr_static(op, "domain")
    if not isinstance(stated, DomainBy):
        return f"works {_DOMAINS[op.domain]}"
    domains = list(stated.domains.values())
    usual = max(dict.fromkeys([op.domain, *domains]), key=domains.count)
    others = dict.fromkeys(domain for domain in domains if domain != usual)
    parts = [f"works {_DOMAINS[usual]}"]
    for domain in others:
        choices = ", ".join(name for name, found in stated.domains.items() if found == domain)
        parts.append(f"with {stated.choice} {choices} {_DOMAINS[domain]}")
    return "; ".join(parts)


def _first_line(op: type[Op]) -> str:
    return (inspect.getdoc(op) or "").partition("\n")[0]
