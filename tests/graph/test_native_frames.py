"""A frame is graded as it lies in its file, wherever a look is applied to it."""

import numpy as np
import pytest

import grade
from grade.render import Request, Stream, plan
from grade.run import executor


def plate(folder, bits, alpha=False):
    ramp = np.linspace(0, 1, 64 * 32 * 3, dtype=np.float32).reshape(32, 64, 3)
    path = folder / f"in.{'rgba' if alpha else 'rgb'}{bits}.1001.dpx"
    pixels = (ramp * 65535).astype(np.uint16)
    if alpha:
        pixels = np.concatenate([pixels, pixels[..., :1]], axis=-1)
    frame = grade.Frame.from_pixels(pixels, alpha="straight" if alpha else None)
    frame.write(path, bits=bits)
    return path


@pytest.fixture
def look():
    made = grade.Look("lift")
    made.output = made.source >> grade.CDL(slope=(1.1, 1.0, 0.9), power=1.2)
    return made


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
@pytest.mark.parametrize("alpha", [False, True])
def test_a_frame_of_dpx_has_the_codes_that_a_render_writes(tmp_path, look, bits, alpha):
    path = plate(tmp_path, bits, alpha)
    target = tmp_path / "out.1001.dpx"
    request = Request(
        look=look, input=str(path), outputs={"master": str(target)}, dither="none",
        trust_input=True,
    )  # fmt: skip
    for outcome in Stream(plan(request, executor("cpu")), 1).outcomes():
        assert outcome.status == "ok"
    applied = look.apply(grade.read(path).with_tags({}))
    rendered = grade.read(target)
    for name in rendered.color:
        np.testing.assert_array_equal(applied.planes[name], rendered.planes[name])


def test_a_probed_pixel_shows_the_code_that_is_stored(tmp_path, look):
    frame = grade.read(plate(tmp_path, 10)).with_tags({})
    stored = look.probe(frame, 40, 20)[-1]
    codes = look.apply(frame).planes
    for channel, code in zip("RGB", stored.rgb, strict=True):
        assert 0 <= code <= 1023
        assert round(code * 65535 / 1023) == codes[channel][20, 40]
