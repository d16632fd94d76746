"""``--out-range legal`` for files of frames: a range that is asked for is written, or refused.

Code values of legal range are those of ITU-R BT.2100, table 9: in 10 bits 64 is black and 940
white. Formats of frames have no tag that tells a reader so, and every reader of this program takes
them as full range. So what asks for it is refused with exit code 2, before anything is written.
"""

import av
import numpy as np
import pytest

import grade
from grade.errors import GradeError

FORMATS = {
    "dpx": {}, "dpx 8": {"bits": "8"}, "dpx 12": {"bits": "12"}, "dpx 16": {"bits": "16"},
    "tif": {"bits": "16"}, "tif 8": {"bits": "8"}, "tif half": {"bits": "half"}, "png": {},
    "png 8": {"bits": "8"}, "jpg": {}, "jp2": {}, "avif": {}, "exr": {},
}  # fmt: skip


def job(folder, outputs, **options):
    plate = folder / "plate.0001.exr"
    pixels = np.zeros((64, 64, 3), np.float32)
    pixels[:, 32:] = 1
    grade.Frame.from_pixels(pixels).write(plate)
    look = grade.Look("x")
    for name in outputs:
        look.outputs[name] = look.source >> grade.Exposure(0.0, space="as_is")
    paths = {name: folder / path for name, path in outputs.items()}
    return grade.render(
        look, folder / "plate.####.exr", paths, device="cpu", as_is=True, threads=1, dither="none",
        rate=24, **options,
    )  # fmt: skip


@pytest.mark.parametrize("name", FORMATS)
def test_legal_frames_are_refused(tmp_path, name):
    with pytest.raises(GradeError, match="out-range legal") as raised:
        job(tmp_path, {"m": f"o.####.{name.split()[0]}"}, out_range="legal", **FORMATS[name])
    assert raised.value.exit_code == 2
    assert not list(tmp_path.glob("o.*"))


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("range_", ["full", "auto"])
def test_full_frames_are_what_they_are(tmp_path, name, range_):
    suffix = name.split()[0]
    job(tmp_path, {"m": f"o.####.{suffix}"}, out_range=range_, **FORMATS[name])
    plane = np.asarray(grade.read(tmp_path / f"o.0001.{suffix}").planes["G"], np.float64)
    white = 1 if plane.max() <= 1.01 else np.iinfo(np.uint16).max if plane.max() > 255 else 255
    assert abs(plane.max() / white - 1) < 0.02 and plane.min() / white < 0.02


@pytest.mark.parametrize("suffix", ["dpx", "tif", "png"])
def test_beside_a_movie_they_are_refused_too(tmp_path, suffix):
    with pytest.raises(GradeError, match="out-range legal"):
        job(tmp_path, {"a": "o.mov", "b": f"o.####.{suffix}"}, out_range="legal")
    assert not list(tmp_path.glob("o.*"))


@pytest.mark.parametrize(("range_", "white"), [("legal", 940), ("full", 1023), ("auto", 940)])
def test_movies_have_it(tmp_path, range_, white):
    job(tmp_path, {"a": "o.mov", "b": "o.####.exr"}, out_range=range_)
    with av.open(str(tmp_path / "o.mov")) as container:
        picture = next(container.decode(video=0))
        luma = np.frombuffer(picture.planes[0], np.uint16)
    assert abs(int(luma.max()) - white) <= 5
