"""Sweep: the keywords of DaVinci Resolve's cubes.

``LUT_IN_VIDEO_RANGE`` says that the cube takes legal codes, ``LUT_OUT_VIDEO_RANGE`` that it gives
them. By their meaning, in 10 bits 64..940, a cube is asked at (64 + 876 x) / 1023 and what it gives
counts as (1023 y - 64) / 876: of an identity, 0.2 becomes 0.233822, 0.160502, and 0.2 with both.
``DOMAIN_MIN`` and ``DOMAIN_MAX`` beside an input range say the same once more, or contradict it.
"""

import pytest

from grade.color.files.errors import FileError
from grade.ops import FileLUT

CUBE = "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
CURVE = "0 0 0\n1 1 1\n"
IN, OUT = (64 + 876 * 0.2) / 1023, (1023 * 0.2 - 64) / 876
READ = {
    "in": ("LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\n" + CUBE, IN),
    "out": ("LUT_3D_SIZE 2\nLUT_OUT_VIDEO_RANGE\n" + CUBE, OUT),
    "both": ("LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\nLUT_OUT_VIDEO_RANGE\n" + CUBE, 0.2),
    "in of a curve": ("LUT_1D_SIZE 2\nLUT_IN_VIDEO_RANGE\n" + CURVE, IN),
    "out of a curve": ("LUT_1D_SIZE 2\nLUT_OUT_VIDEO_RANGE\n" + CURVE, OUT),
    "in before the size": ("LUT_IN_VIDEO_RANGE\nLUT_3D_SIZE 2\n" + CUBE, IN),
    "in beside a range": ("LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 1\nLUT_IN_VIDEO_RANGE\n" + CUBE, IN),
    "in beside a title": ('TITLE "x"\nLUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE\n' + CUBE, IN),
    "out of a shaper and a cube": (
        "LUT_1D_SIZE 2\nLUT_3D_SIZE 2\nLUT_OUT_VIDEO_RANGE\n" + CURVE + CUBE, OUT),
    "indented and in small letters": ("LUT_3D_SIZE 2\n  lut_in_video_range\n" + CUBE, IN),
    "a domain that says the same": (
        "LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 1\nDOMAIN_MIN 0 0 0\nDOMAIN_MAX 1 1 1\n" + CUBE, 0.2),
    "a domain of a curve that says the same": (
        "LUT_1D_SIZE 2\nDOMAIN_MIN -1 -1 -1\nDOMAIN_MAX 1 1 1\nLUT_1D_INPUT_RANGE -1 1\n" + CURVE,
        0.6),
    "a comment": ("# LUT_IN_VIDEO_RANGE\nLUT_3D_SIZE 2\n" + CUBE, 0.2),
    "a title of that name": ('TITLE "LUT_IN_VIDEO_RANGE"\nLUT_3D_SIZE 2\n' + CUBE, 0.2),
}  # fmt: skip
REFUSED = {
    "another domain": (
        "LUT_3D_SIZE 2\nLUT_3D_INPUT_RANGE 0 1\nDOMAIN_MAX 2 2 2\n" + CUBE, r":3: .*DOMAIN_MAX"),
    "a word behind it": ("LUT_3D_SIZE 2\nLUT_IN_VIDEO_RANGE maybe\n" + CUBE, r":2: .*maybe"),
    "a keyword nobody knows": ("LUT_3D_SIZE 2\nLUT_IN_FULL_RANGE\n" + CUBE, r":2: "),
}  # fmt: skip


def made(folder, text):
    path = folder / "x.cube"
    path.write_text(text)
    return path


@pytest.mark.parametrize("name", READ)
def test_it_means_what_it_says(name, tmp_path):
    text, value = READ[name]
    assert FileLUT(made(tmp_path, text)).evaluate(0.2) == pytest.approx(value, abs=2e-6)


@pytest.mark.parametrize("name", ["in", "out", "both", "in of a curve", "out of a curve"])
def test_and_back(name, tmp_path):
    text, _ = READ[name]
    path = made(tmp_path, text)
    there = FileLUT(path).evaluate([0.2, 0.4, 0.6])
    assert FileLUT(path, direction="inverse").evaluate(there) == pytest.approx(
        [0.2, 0.4, 0.6], abs=1e-4
    )


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_by_line(name, tmp_path):
    text, why = REFUSED[name]
    with pytest.raises(FileError, match=why):
        FileLUT(made(tmp_path, text)).evaluate(0.2)
