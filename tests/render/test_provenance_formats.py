"""A frame of ours is known as ours in every format that we write."""

from pathlib import Path

import numpy as np
import pytest

from grade.io import Frame
from grade.render.frame import provenance

SUFFIXES = (".exr", ".png", ".tif", ".jpg", ".jp2", ".j2k", ".j2c", ".avif")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_known_as_ours(tmp_path: Path, suffix: str) -> None:
    pixels = np.random.default_rng(1).random((300, 400, 3), np.float32)
    plain = Frame.from_pixels(pixels, attributes={"owner": "somebody"})
    knobs = {f"node.knob{index}": 0.5 for index in range(400)}
    ours = plain.with_attributes(provenance.header_entries("night", "0123", 1001, knobs))
    assert provenance.is_marked(ours.write(tmp_path / f"a{suffix}"))
    assert not provenance.is_marked(plain.write(tmp_path / f"b{suffix}"))
