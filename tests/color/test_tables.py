"""Tables with hue adjustment and with raw halfs, against OpenColorIO."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.transforms.ocio_processor import from_processor

FORWARD, INVERSE = ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE
TOLERANCE = 3e-6  # relative to the largest channel of the pixel, which the middle one is made of
STEPS = np.linspace(0, 1, 65)


def curve(columns, half=False, adjustment=ocio.HUE_DW3):
    data = np.column_stack(columns).astype(np.float32)
    table = ocio.Lut1DTransform(length=len(data), inputHalfDomain=half)
    table.setData(data.ravel())
    table.setHueAdjust(adjustment)
    return table


def halves():
    with np.errstate(all="ignore"):
        x = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float64)
        return np.nan_to_num(np.sign(x) * np.abs(x) ** 0.8, nan=0, posinf=7e3, neginf=-7e3)


CURVES = {
    "one": curve([STEPS**0.45] * 3),
    "three": curve([STEPS**0.45, STEPS**0.6, 0.9 * STEPS]),
    "half": curve([halves()] * 3, half=True),
}


@pytest.mark.parametrize("direction", [FORWARD, INVERSE], ids=["forward", "inverse"])
@pytest.mark.parametrize("case", CURVES)
def test_hue_adjustment(
    case, direction, processor_of, samples, corners, oracle, compiled, difference, classes
):
    processor = processor_of(CURVES[case], direction)
    transform = from_processor(processor)
    assert transform.operations == ["Lut1D"]
    ties = np.repeat([[0.2, 0.5, 0.5], [0.5, 0.2, 0.5], [0.5, 0.5, 0.2], [0.2, 0.2, 0.5]], 2, 0)
    for pixels in (samples, corners, ties.astype(np.float32)):
        expected, actual = oracle(processor, pixels), compiled(transform, pixels)
        assert (classes(expected) == classes(actual)).all()
        assert difference(actual, expected, whole_pixel=True).max() <= TOLERANCE


def test_hue_adjustment_moves_the_middle_channel_only(processor_of):
    plain = curve([STEPS**0.45] * 3, adjustment=ocio.HUE_NONE)
    without, adjusted = (from_processor(processor_of(t)) for t in (plain, CURVES["one"]))
    color = [0.1, 0.4, 0.9]
    low, middle, high = adjusted(color)
    assert (low, high) == (without(color)[0], without(color)[2])
    assert (middle - low) / (high - low) == pytest.approx((0.4 - 0.1) / (0.9 - 0.1))


def test_raw_halfs(tmp_path, processor_of, samples, oracle, compiled, difference):
    """Entries that are written as the bit patterns of halfs."""
    codes = (STEPS**0.45).astype(np.float16).view(np.uint16)
    rows = "\n".join(map(str, codes))
    file = tmp_path / "raw.clf"
    file.write_text(
        '<?xml version="1.0"?><ProcessList id="a" compCLFversion="3">'
        '<LUT1D id="b" inBitDepth="32f" outBitDepth="16f" rawHalfs="true">'
        f'<Array dim="{len(codes)} 1">{rows}</Array></LUT1D></ProcessList>'
    )
    processor = processor_of(ocio.FileTransform(str(file)))
    transform = from_processor(processor)
    assert transform([0.25, 0.25, 0.25]) == pytest.approx([0.25**0.45] * 3, abs=1e-3)
    assert difference(compiled(transform, samples), oracle(processor, samples)).max() <= 5e-7
