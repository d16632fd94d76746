"""What tests of `grade.render` share: the names in their folder, and what lies there afterwards."""

import json
from collections import Counter
from pathlib import Path

from .shot import FIRST, LAST

PLATE, LOOK = "plate/plate.####.exr", "dusk.grade.yaml"
NUMBERS = list(range(FIRST, LAST + 1))
REFERENCE = {"device": "reference"}


def two_outputs(folder="out"):
    return {"master": f"{folder}/m.####.exr", "sdr": f"{folder}/s.####.png"}


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(Path(folder).glob("[!.]*"))}


def rows(folder):
    """How many times each file was written, over all journals."""
    lines = [p.read_text().splitlines()[1:] for p in Path(folder, ".grade").glob("*.jsonl")]
    return Counter(json.loads(line)["file"] for journal in lines for line in journal)
