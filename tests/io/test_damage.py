"""Two hundred damaged copies of every format, in a process with a limit of memory."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grade.io import Frame

from ..draw import some

COUNT = 200
FILES = {
    "zip.exr": {"compression": "zip"},
    "piz.exr": {"compression": "piz"},
    "dwaa.exr": {"compression": "dwaa"},
    "none.exr": {"compression": "none"},
    "ten.dpx": {"bits": 10},
    "sixteen.dpx": {"bits": 16},
    "none.tif": {"compression": "none"},
    "zip.tif": {"compression": "zip"},
    "lzw.tif": {"compression": "lzw"},
    "a.png": {"bits": 16},
    "a.jpg": {},
    "a.jp2": {"bits": 12},
    "a.j2c": {"bits": 16},
    "a.avif": {"bits": 10},
}


@pytest.mark.skipif(sys.platform != "linux", reason="the memory limit is Linux's")
@pytest.mark.parametrize("name", some(FILES, 5))
def test_a_named_error_each_time(tmp_path: Path, name: str) -> None:
    y, x = np.mgrid[0:120, 0:200].astype(np.float32)
    grain = np.random.default_rng(1).normal(0, 0.02, (120, 200, 3)).astype(np.float32)
    pixels = np.clip(np.stack([x / 199, y / 119, (x + y) / 318], axis=-1) + grain, 0, 1)
    path = Frame.from_pixels(pixels.astype(np.float16)).write(tmp_path / name, **FILES[name])
    done = subprocess.run(
        [sys.executable, "-m", "tests.io.damage_child", str(path), str(COUNT)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, (done.returncode, done.stdout[-500:], done.stderr[-2000:])
    failed = int(done.stdout.split()[-1])
    assert failed >= COUNT // 3  # every copy that is cut, at the least
