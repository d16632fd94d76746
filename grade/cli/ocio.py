"""`grade ocio CONFIG`: what a config has and needs, and whether grade computes it alike."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from grade.errors import CheckFailed

if TYPE_CHECKING:
    from grade.color.config.config import Config
    from grade.color.config.inventory import Finding
    from grade.qc.ocio_agreement import Agreement

KINDS = {"space": "spaces", "view": "views", "look": "looks", "named": "named transforms"}
LIMIT = 5e-3  # the inverse of ACES 2 needs it; all others are much closer
SHOWN = 10


@click.command("ocio")
@click.argument("config", required=False)
@click.option("--check", "checked", is_flag=True, help="Compare each conversion with OpenColorIO.")
@click.option("--limit", default=LIMIT, show_default=True, help="Largest difference for --check.")
@click.option("--context", metavar="NAME=VALUE,...", help="Context variables of the config.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
def command(
    config: str | None, checked: bool, limit: float, context: str | None, as_json: bool
) -> None:
    """List the spaces, views and looks of CONFIG, with the primitives that each needs.

    \b
    grade ocio                                   $OCIO, else the built-in studio config
    grade ocio show.ocio --check                 compare with OpenColorIO, pixel by pixel
    grade ocio studio-config-latest --json       for programs

    CONFIG is a path, an .ocioz archive or the name of a built-in config. The primitives are those
    of both directions, to and from the interchange space of the config. The last line says whether
    all are covered. With --check the exit code is 3 if one is not covered or the config itself
    cannot make it, as where a LUT is missing, if finite numbers give NaN or infinity on one side
    only, or if a difference, min(absolute, relative), exceeds the limit.
    """  # noqa: D301
    from grade.color.config.config import open_config
    from grade.color.config.inventory import examine_config

    opened = open_config(config, context)
    findings = examine_config(opened)
    results = _compared(findings) if checked else {}
    if as_json:
        click.echo(json.dumps(_data(opened, findings, results), indent=1))
    else:
        click.echo(_listing(opened, findings))
        if checked:
            click.echo(_worst(findings, results))
    if checked:
        _judge(opened, findings, results, limit)


# --- listing --------------------------------------------------------------------------------------


def _listing(config: Config, findings: list[Finding]) -> str:
    lines = [f"config {config.name}"]
    data = [name for name in config.spaces if config.space(name).is_data]
    for kind, title in KINDS.items():
        rows = _by_name([f for f in findings if f.request.kind == kind])
        if not rows:
            continue
        lines += ["", f"{title} ({len(rows)})"]
        width = max(len(name) for name in rows)
        for name, text in rows.items():
            encoding = f"  {config.space(name).encoding:<14}" if kind == "space" else ""
            lines.append(f"  {name:<{width}}{encoding}  {text}")
        if kind == "space" and data:
            lines.append(f"  data, left as it is: {', '.join(data)}")
    return "\n".join([*lines, "", _coverage(findings)])


def _by_name(findings: list[Finding]) -> dict[str, str]:
    """One text per name: the primitives of both ways, or what is wrong."""
    rows: dict[str, list[str]] = {}
    for finding in findings:
        words = rows.setdefault(finding.request.name, [])
        wrong = ""
        if finding.missing:
            wrong = f"NOT COVERED {finding.request.way}: {finding.missing}"
        elif finding.problem:
            wrong = f"the config cannot: {finding.problem}"
        words += [wrong] if wrong else finding.primitives
    return {name: ", ".join(dict.fromkeys(words)) or "identity" for name, words in rows.items()}


def _coverage(findings: list[Finding]) -> str:
    missing = [f for f in findings if f.missing]
    broken = [f for f in findings if f.problem]
    kinds = {primitive for f in findings for primitive in f.primitives}
    if missing:
        names = ", ".join(sorted({f.missing for f in missing}))
        text = f"not covered: {len(missing)} of {len(findings)} processors, for want of {names}"
    else:
        count = len(findings) - len(broken)
        text = f"covered: {f'{count} of' if broken else 'all'} {len(findings)} processors"
        text += f", {len(kinds)} primitives"
    return text + (f"; {len(broken)} that the config itself cannot make" if broken else "")


# --- comparison -----------------------------------------------------------------------------------


def _compared(findings: list[Finding]) -> dict[int, Agreement]:
    """The agreement of each finding, by its place."""
    from grade.qc.ocio_agreement import measure_agreements

    found = {}
    talk = sys.stderr.isatty()
    covered = {i: f.request for i, f in enumerate(findings) if not (f.missing or f.problem)}
    for count, (place, agreement) in enumerate(measure_agreements(covered), 1):
        if talk:
            click.echo(f"\r{count}/{len(covered)} ", err=True, nl=False)
        found[place] = agreement
    if talk:
        click.echo("\r", err=True, nl=False)
    return dict(sorted(found.items()))


def _worst(findings: list[Finding], results: dict[int, Agreement]) -> str:
    order = sorted(results, key=lambda i: results[i].worst, reverse=True)
    lines = ["", f"worst of {len(results)} against OpenColorIO (lossless, float32)"]
    for place in order[:SHOWN]:
        request, result = findings[place].request, results[place]
        at = " ".join(f"{v:.6g}" for v in result.pixel)
        lines.append(
            f"  {result.worst:8.1e}  99.99 %: {result.usual:8.1e}  {request.way} {request.name}"
            f"  at {at}"
        )
    odd = [findings[i].request for i in results if results[i].odd]
    if odd:
        names = ", ".join(f"{r.way} {r.name}" for r in odd[:SHOWN])
        more = f" and {len(odd) - SHOWN} more" if len(odd) > SHOWN else ""
        lines.append(f"  a NaN or an infinity that goes in comes out otherwise: {names}{more}")
    return "\n".join(lines)


def _judge(
    config: Config, findings: list[Finding], results: dict[int, Agreement], limit: float
) -> None:
    """Raise where the answer is no."""
    broken = [f for f in findings if f.problem]
    if broken:
        first = broken[0]
        raise CheckFailed(
            f"{config.path}: {len(broken)} of {len(findings)} processors cannot be made, the first"
            f" is {first.request.way} {first.problem}"
        )
    missing = [f for f in findings if f.missing]
    if missing:
        first = missing[0]
        raise CheckFailed(
            f"{config.path}: {len(missing)} processors are not covered, the first is"
            f" {first.request.way} {first.request.name}: {first.missing}"
        )
    for place, result in results.items():
        request = findings[place].request
        if result.classes:
            raise CheckFailed(
                f"{config.path}: {request.way} {request.name}: {result.classes} values are NaN or"
                " infinite on one side alone"
            )
        if not result.worst <= limit:
            raise CheckFailed(
                f"{config.path}: {request.way} {request.name}: {result.worst:.2g} apart, the limit"
                f" is {limit:g}"
            )


def _data(config: Config, findings: list[Finding], results: dict[int, Agreement]) -> dict[str, Any]:
    rows = []
    for place, finding in enumerate(findings):
        row: dict[str, Any] = {
            "kind": finding.request.kind,
            "name": finding.request.name,
            "way": finding.request.way,
            "primitives": list(finding.primitives),
            "covered": not (finding.missing or finding.problem),
        }
        row |= {k: v for k in ("missing", "problem") if (v := getattr(finding, k))}
        if place in results:
            result = results[place]
            row["difference"] = {
                "worst": result.worst,
                "p9999": result.usual,
                "pixel": [repr(v) for v in result.pixel],
                "classes": result.classes,
                "odd": result.odd,
            }
        rows.append(row)
    return {
        "config": config.name,
        "spaces": [
            {"name": s.name, "encoding": s.encoding, "data": s.is_data}
            for s in map(config.space, config.spaces)
        ],
        "displays": config.displays,
        "covered": not any(f.missing or f.problem for f in findings),
        "processors": rows,
    }
