"""Registers and spills of the CUDA kernels: `python -m benchmarks registers`.

The workloads, and a view of ACES 2 backwards, are compiled by NVRTC for several architectures; what
ptxas reports is printed. No GPU is needed. ``--json FILE`` writes the figures down.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from grade import assets
from grade.cli.bench.race import circumstances
from grade.color.config.config import open_config
from grade.emit.cuda import emit
from grade.graph import Look
from grade.ir.program import Program
from grade.ir.storage import Layout
from grade.ops import Display
from grade.passes.pipeline import lower
from grade.run import nvrtc

NAMES = ("cdl", "primary", "lut", "aces1", "aces2", "desk")
ARCHITECTURES = (75, 80, 86, 89, 90, 100, 120)


def program(name: str) -> Program:
    """A workload on planes of half, as plates are."""
    layout = Layout(3, "f16", planar=True)
    look = Look.load(assets.workload(f"{name}.grade.yaml"))
    return look.program(layout, layout, alpha="none")


def aces2_back() -> Program:
    """An ACES 2.0 view backwards."""
    from grade.ir.expression import channels, make, rgb
    from grade.ir.program import Stage
    from grade.ir.types import F32

    view = Display(
        "Rec.1886 Rec.709 - Display", "ACES 2.0 - SDR 100 nits (Rec.709)", "ACEScg",
        config=open_config().path,
    )  # fmt: skip
    colour = rgb(*(make("load", (), (F32, 0, c)) for c in range(3)))
    layout = Layout(3)
    return Program((layout,), (layout,), (), (Stage(tuple(channels(view.inverse(colour)))),))


def measured() -> dict[str, dict[str, dict[str, int]]]:
    """What ptxas says, by kernel and architecture."""
    known = nvrtc.supported_architectures()
    programs = {name: program(name) for name in NAMES} | {"aces2, backwards": aces2_back()}
    found: dict[str, dict[str, dict[str, int]]] = {}
    for name, made in programs.items():
        text = emit(lower(made))
        found[name] = {}
        for architecture in ARCHITECTURES:
            if architecture in known:
                usage: Any = nvrtc.compile_unit(text, architecture).usage.values()
                (first,) = usage
                found[name][f"sm_{architecture}"] = asdict(first)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, metavar="FILE")
    options = parser.parse_args()
    found = measured()
    for name, rows in found.items():
        print(name)
        for architecture, usage in rows.items():
            spilled = usage["spill_stores"] + usage["spill_loads"]
            print(
                f"  {architecture:<8}{usage['registers']:>4} registers {spilled:>5} bytes spilled"
            )
    if options.json:
        about = circumstances((0, 0), 1, 1, "cpu")
        kept = {key: about[key] for key in ("date", "grade")}
        major, minor = nvrtc.version()
        data = {**kept, "nvrtc": f"{major}.{minor}", "kernels": found}
        options.json.write_text(json.dumps(data, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
