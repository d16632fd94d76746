"""Sweep: flat pictures pack to almost nothing, and they are sound files; our own outputs."""

import numpy as np
import pytest

from grade.io import Frame, read

SIZES = {"1080p": (1080, 1920), "4K": (2160, 4096)}
FILES = {
    "o.jp2": {"bits": 8}, "twelve.jp2": {"bits": 12}, "o.j2k": {"bits": 16}, "o.j2c": {"bits": 8},
    "o.avif": {"bits": 8}, "ten.avif": {"bits": 10}, "best.avif": {"compression": "avif:100"},
    "o.png": {"bits": 8}, "o.jpg": {}, "zip.tif": {"compression": "zip"},
    "lzw.tif": {"compression": "lzw"}, "zip.exr": {}, "rle.exr": {"compression": "rle"},
    "piz.exr": {"compression": "piz"}, "pxr24.exr": {"compression": "pxr24"},
    "b44a.exr": {"compression": "b44a"}, "dwaa.exr": {"compression": "dwaa"},
    "dwab.exr": {"compression": "dwab"}, "htj2k.exr": {"compression": "htj2k32"},
    "zstd.exr": {"compression": "zstd"},
}  # fmt: skip
LOSSY = 1 / 1000  # one code value of ten bits
CASES = [
    pytest.param(name, size, level, marks=[pytest.mark.full] if size == "4K" else [])
    for name in FILES
    for size in SIZES
    for level in (0, 1)
    if level == 0 or size == "1080p"
]


@pytest.mark.parametrize(("name", "size", "level"), CASES)
def test_it_is_read_back(name, size, level, tmp_path):
    rows, columns = SIZES[size]
    flat = np.full((rows, columns, 3), level, np.float16)
    frame = read(Frame.from_pixels(flat).write(tmp_path / name, sync=False, **FILES[name]))
    for channel in "RGB":
        plane = frame.planes[channel]
        top = 1 if plane.dtype.kind == "f" else np.iinfo(plane.dtype).max
        assert plane.shape == (rows, columns)
        error = np.abs(plane[:: rows - 1].astype(np.float64) / top - level).max()
        assert error <= (LOSSY if name in ("o.avif", "ten.avif") else 0)
        assert np.ptp(plane.astype(np.float32)) / top <= LOSSY
