"""Photographs through whole views: not a code value of 10 bits from OpenColorIO.

The plates lie beside the project and are none of it.
"""

from pathlib import Path

import numpy as np
import pytest

import grade
from grade.color.config.config import open_config
from grade.color.transforms.ocio_processor import from_processor

from ..draw import some

PLATES = Path(__file__).parents[3] / "shared" / "plates"
NAMES = ("Desk", "Carrots", "Cannon", "GoldenGate")
MOST = 1 / 1023
SPACE = "Linear Rec.709 (sRGB)"
ACES_1 = "studio-config-v2.2.0_aces-v1.3_ocio-v2.4"
ACES_2 = "studio-config-v5.0.0_aces-v2.1_ocio-v2.6"
VIEWS = [
    (ACES_1, "Rec.1886 Rec.709 - Display", "ACES 1.0 - SDR Video"),
    (ACES_1, "Rec.2100-PQ - Display", "ACES 1.1 - HDR Video (1000 nits & Rec.2020 lim)"),
    (ACES_2, "Rec.1886 Rec.709 - Display", "ACES 2.0 - SDR 100 nits (Rec.709)"),
    (ACES_2, "Rec.2100-PQ - Display", "ACES 2.0 - HDR 1000 nits (P3 D65)"),
]


@pytest.fixture(scope="module")
def plates():
    """Pixels (n, 3) by name."""
    if not PLATES.is_dir():
        pytest.skip("no ../shared/plates here: photographs for trying the toolkit by hand")
    found = {}
    for name in NAMES:
        frame = grade.read(PLATES / f"{name}.exr")
        planes = [frame.planes[channel] for channel in frame.color[:3]]
        found[name] = np.stack(planes, axis=-1).astype(np.float32).reshape(-1, 3)
    return found


def apart(config, display, view, plates, oracle, compiled):
    """The largest difference of display code, and the plate that has it."""
    processor = open_config(config).raw.getProcessor(SPACE, display, view, _forward())
    transform = from_processor(processor)
    found = {}
    for name, pixels in plates.items():
        ours, theirs = compiled(transform, pixels), oracle(processor, pixels)
        assert np.isfinite(theirs).all()
        assert np.ptp(theirs) > 0.2, f"{name} is no picture"
        found[name] = float(np.abs(ours - theirs).max())
    return max((value, name) for name, value in found.items())


def _forward():
    import PyOpenColorIO as ocio

    return ocio.TRANSFORM_DIR_FORWARD


@pytest.mark.parametrize(("config", "display", "view"), some(VIEWS, 2))
def test_a_photograph_agrees(config, display, view, plates, oracle, compiled):
    most, plate = apart(config, display, view, plates, oracle, compiled)
    assert most <= MOST, f"{plate}: {most:.2e}"


@pytest.mark.full
@pytest.mark.parametrize("config", [ACES_1, ACES_2])
def test_a_photograph_agrees_through_every_view(config, plates, oracle, compiled):
    wrong = []
    for display, views in open_config(config).displays.items():
        for view in views:
            if "ACES" in view:
                most, plate = apart(config, display, view, plates, oracle, compiled)
                if not most <= MOST:
                    wrong.append(f"{display} / {view}: {plate} {most:.2e}")
    assert not wrong, "\n".join(wrong)
