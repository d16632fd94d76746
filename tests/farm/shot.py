"""The shot of tests/render, and the rows of the journals beside its pictures."""

import importlib.util
import json
from collections import Counter
from pathlib import Path

_path = Path(__file__).parents[1] / "render" / "shot.py"
_spec = importlib.util.spec_from_file_location("tests_render_shot", _path)
_shot = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_shot)

LOOK, write_look, write_plate = _shot.LOOK, _shot.write_look, _shot.write_plate
pixels = _shot.pixels


def rows(folder):
    """Every row of every journal of a folder."""
    found = []
    for path in (folder / ".grade").glob("*.jsonl"):
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        found += [line for line in lines if "journal" not in line]
    return found


def counted(folder):
    """How often each file was written."""
    return Counter(row["file"] for row in rows(folder) if row["status"] == "ok")
