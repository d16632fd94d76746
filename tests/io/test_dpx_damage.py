"""Damaged DPX and Cineon files: a named error or a picture, and in little memory."""

import subprocess
import sys

import numpy as np
import pytest

from grade.settings import child_environment

from . import dpx_files
from .test_cineon import cineon

CASES = 60
CHILD = """
import faulthandler, resource, sys
import numpy
import grade.io.formats.dpx.file, grade.io.formats.dpx.cineon
from grade.errors import GradeError
from grade.io import read
from grade.io.convert import convert_layout
from grade.ir.storage import Layout
import numba, OpenEXR
import grade.run.cpu, grade.emit.simd_kernel, grade.passes.pipeline
# One gigabyte above what the libraries take.
with open("/proc/self/statm") as file:
    taken = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + (1 << 30), taken + (1 << 30)))
for path in sys.argv[1:]:
    faulthandler.dump_traceback_later(300, exit=True)  # stops what hangs
    try:
        frame = read(path)
        assert all(plane.size for plane in frame.planes.values())
        outcome = "read"
    except GradeError as error:
        assert path in str(error), error
        outcome = type(error).__name__
    print(outcome)
"""


def damaged(data, seed):
    """Cut somewhere, or with bits flipped: most in the header, where they do more."""
    random = np.random.default_rng(seed)
    if seed % 4 == 0:
        return data[: random.integers(0, len(data))]
    whole = bytearray(data)
    for _ in range(random.integers(1, 30)):
        place = random.integers(0, len(data) if random.random() < 0.2 else 2048)
        whole[place] ^= 1 << random.integers(0, 8)
    # Half of them where the structure is, or next to nothing of it would be hit.
    if seed % 2:
        place = random.choice([4, 24, 32, 193, 198, 200, 680, 768, 770, 772, 776, 800, 803, 804])
        whole[place + random.integers(0, 4)] = random.integers(0, 256)
    return bytes(whole)


@pytest.mark.skipif(sys.platform != "linux", reason="limits memory by RLIMIT_AS of Linux")
def test_damaged_files_end_in_a_name_or_a_picture(tmp_path):
    sources = []
    for bits, method, channels in [(10, "filled A", 3), (10, "packed", 4), (12, "packed", 3),
                                   (16, "filled A", 4), (8, "filled A", 3)]:  # fmt: skip
        path = tmp_path / f"whole{len(sources)}.dpx"
        dpx_files.write(path, dpx_files.codes(bits, channels, (20, 48)), bits, method)
        sources.append((path.read_bytes(), ".dpx"))
    sources.append((cineon(dpx_files.codes(10, 3, (20, 48))), ".cin"))
    paths = []
    for seed in range(CASES):
        data, suffix = sources[seed % len(sources)]
        paths.append(tmp_path / f"case{seed:02d}{suffix}")
        paths[-1].write_bytes(damaged(data, seed))
    command = [sys.executable, "-c", CHILD, *map(str, paths)]
    done = subprocess.run(
        command, capture_output=True, text=True, env=child_environment(), check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    outcomes = done.stdout.split()
    assert len(outcomes) == CASES
    assert set(outcomes) <= {"read", "ReadError", "UnsupportedError", "LayerError"}
    assert outcomes.count("ReadError") >= CASES // 6 and "read" in outcomes
