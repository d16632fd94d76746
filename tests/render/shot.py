"""A shot in a folder: a small numbered plate and a look file, and the command that grades it."""

import subprocess
import sys
from pathlib import Path

import numpy as np

from grade.io import Frame
from grade.settings import child_environment

PLATES = Path(__file__).parents[2].parent / "shared" / "plates"
FIRST, LAST = 1001, 1012

LOOK = """\
grade: 2
look: dusk
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input: ACES2065-1
working: ACEScct
nodes:
  open: {op: exposure, stops: 0.5}
  trim: {op: cdl, slope: [1.1, 1.0, 0.9], saturation: 0.9}
outputs:
  master: {from: trim, space: ACES2065-1}
  sdr: {from: trim, display: Rec.1886 Rec.709 - Display, view: Un-tone-mapped}
"""


def pixels(number, channels=3, size=(36, 64), dtype=np.float16):
    random = np.random.default_rng(number)
    values = random.lognormal(-1.5, 1.2, (*size, channels))
    if channels == 4:
        values[..., 3] = random.uniform(0.25, 1, size)
    return values.astype(dtype)


def write_plate(folder, numbers=range(FIRST, LAST + 1), channels=3, size=(36, 64), **entries):
    """Frames `plate.NNNN.exr`, each with its own noise; returns the pattern."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = {"tags": {"colorInteropID": "lin_ap0_scene"}} | entries
    for number in numbers:
        frame = Frame.from_pixels(pixels(number, channels, size), frame=number, **entries)
        frame.write(folder / "plate.####.exr", sync=False)
    return folder / "plate.####.exr"


def write_look(folder, text=LOOK, name="dusk.grade.yaml"):
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def command(*arguments, device="reference"):
    """`grade ...` as a child would start it. The reference executor has nothing to compile."""
    words = [sys.executable, "-m", "grade", *map(str, arguments)]
    return [*words, "--device", device] if "render" in words else words


def child(*arguments, device="reference", environment=None, **how):
    return started(command(*arguments, device=device), environment, **how)


HELD = """
import sys, time
from pathlib import Path

from grade.cli import main
from grade.cli.job import interrupt
from grade.render.stream import Stream

begun, store = [], Stream._store


def held(self, item):
    begun.append(item)
    while len(begun) > 3 and not Path(sys.argv[1]).exists():
        time.sleep(0.01)
    store(self, item)


interrupt.PATIENCE = 600.0
Stream._store = held
sys.exit(main(sys.argv[2:]))
"""


def held_child(gate, *arguments):
    """A child that writes three frames, and holds the others in flight until a file is there."""
    return started([sys.executable, "-c", HELD, str(gate), *command(*arguments)[3:]])


def started(words, environment=None, **how):
    return subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=child_environment(PYTHONUNBUFFERED="1", **(environment or {})),
        **how,
    )
