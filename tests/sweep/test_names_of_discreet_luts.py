"""Sweep: a Discreet 1D LUT says the depth of its codes in its name, and OpenColorIO reads it there.

The codes are those of an identity: integers of 8, 10, 12 or 16 bits, or half floats. Right is the
identity; the oracle for the rest is OpenColorIO, which reads the file under its own name.
"""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.ops import FileLUT

RAMP = np.arange(256) / 255
CASES = {
    "ramp_8to16fp.lut": RAMP.astype(np.float16).view(np.uint16),
    "ramp_8to8.lut": np.arange(256),
    "ramp_8to10.lut": np.round(RAMP * 1023).astype(int),
    "ramp_8to12.lut": np.round(RAMP * 4095).astype(int),
    "ramp_8to16.lut": np.round(RAMP * 65535).astype(int),
    "log_v2_8to16fp.lut": RAMP.astype(np.float16).view(np.uint16),
    "8to16fp.lut": RAMP.astype(np.float16).view(np.uint16),
    "Ramp_8to16FP.LUT": RAMP.astype(np.float16).view(np.uint16),
    "a b_8to16fp.lut": RAMP.astype(np.float16).view(np.uint16),
    "ramp.lut": np.arange(256),
    "8to16fp_of_the_show.lut": RAMP.astype(np.float16).view(np.uint16),
}
PIXELS = np.array([[0.0, 0.25, 1.0], [0.1, 0.5, 0.9]], np.float32)


def made(folder, name):
    path = folder / name
    path.write_text("LUT: 1 256\n\n" + "\n".join(map(str, CASES[name])) + "\n")
    return path


def lossless(path):
    config = ocio.Config.CreateRaw()
    ocio.ClearAllCaches()
    processor = config.getProcessor(ocio.FileTransform(str(path)))
    cpu = processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
    return np.array([cpu.applyRGB([float(v) for v in pixel]) for pixel in PIXELS])


@pytest.mark.parametrize("name", CASES)
def test_it_is_read_under_its_own_name(name, tmp_path):
    path = made(tmp_path, name)
    found = FileLUT(path).evaluate(PIXELS)
    assert np.allclose(found, lossless(path), atol=1e-6)
    if "_8to" in name:
        assert np.allclose(found, PIXELS, atol=0.004)


def test_the_same_bytes_under_another_name_are_another_look(tmp_path):
    """One process, one content: the name decides, in the picture and in the hash."""
    found = {}
    for name in ("ramp_8to16fp.lut", "ramp_8to16.lut"):
        path = tmp_path / name
        path.write_text(made(tmp_path, "ramp_8to16fp.lut").read_text())
        look = grade.Look("x")
        look.outputs["m"] = look.source >> FileLUT(path)
        found[name] = (look.apply(PIXELS[None])[0, 1, 1], look.hash)
    half, integer = found.values()
    assert half[0] == pytest.approx(0.5, abs=0.004) and integer[0] != half[0]
    assert half[1] != integer[1]
