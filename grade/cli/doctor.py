"""`grade doctor`: what this machine has, which device a job would use, what to install."""

from __future__ import annotations

import json
import platform
from typing import Any

import click

from grade.errors import TemporaryError

_LIBRARIES = (
    "numpy", "numba", "llvmlite", "opencolorio", "openexr", "openimageio", "isal", "tifffile",
    "imagecodecs", "colour-science", "pydantic", "ruamel.yaml", "rich", "click",
)  # fmt: skip
_CUDA = ("cupy-cuda13x", "cupy-cuda12x", "cuda-core", "cuda-bindings")


@click.command("doctor")
@click.option("--require", type=click.Choice(["cuda"]), help="Exit code 75 if it cannot be used.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on stdout.")
def command(require: str | None, as_json: bool) -> None:
    """Show what is installed, which device a job would use and why, and what to install.

    \b
    grade doctor
    grade doctor --require cuda && grade render ...      (75: a farm tries another host)
    grade doctor --json
    """  # noqa: D301
    found = examination()
    click.echo(json.dumps(found, indent=1) if as_json else text(found))
    if require == "cuda" and not found["cuda"]["usable"]:
        raise TemporaryError(found["cuda"]["why"])


def examination() -> dict[str, Any]:
    """What this machine has, as plain data."""
    from grade import __version__
    from grade.settings import available_threads, report

    return {
        "grade": __version__,
        "python": platform.python_version(),
        "platform": platform.platform(),
        "cpu": _cpu(),
        "threads": available_threads(),
        "cuda": _cuda(),
        "libraries": {name: _version(name) for name in _LIBRARIES},
        "cuda_libraries": {name: _version(name) for name in _CUDA},
        "settings": [setting._asdict() for setting in report()],
    }


def text(found: dict[str, Any]) -> str:
    """What this machine has, as text."""
    cpu, cuda = found["cpu"], found["cuda"]
    lines = [
        f"grade {found['grade']}, Python {found['python']}, {found['platform']}",
        f"cpu   {cpu['name']}: "
        + (cpu["why"] or f"{cpu['lanes']} lanes")
        + f", {found['threads']} threads",
        f"cuda  {cuda['device'] if cuda['usable'] else 'no: ' + cuda['why']}",
        "",
    ]
    missing = [name for name, version in found["libraries"].items() if version is None]
    shown = [f"{name} {version}" for name, version in found["libraries"].items() if version]
    lines += ["libraries  " + ", ".join(shown)]
    if missing:
        lines += [f"MISSING    {', '.join(missing)}: install grade-toolkit again"]
    lines += ["", "settings"]
    for row in found["settings"]:
        lines.append(f"  {row['name']:<14} {row['value']:<24} {row['origin']}")
        lines.append(f"  {'':<14} {row['meaning']}")
    return "\n".join(lines)


def _cpu() -> dict[str, Any]:
    from grade.errors import GradeError
    from grade.run.host_processor import host_lanes

    name = platform.processor() or platform.machine()
    try:
        return {"name": name, "lanes": host_lanes(), "why": ""}
    except GradeError as error:
        return {"name": name, "lanes": None, "why": str(error)}


def _cuda() -> dict[str, Any]:
    """Whether CUDA can be used; why not: driver, package, command to install."""
    from grade.errors import GradeError
    from grade.run import executor

    try:
        return {"usable": True, "device": executor("cuda").name, "why": ""}
    except GradeError as error:
        return {"usable": False, "device": None, "why": str(error)}


def _version(name: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None
