import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from grade.io import Format, Frame, FrameError, Window, extensions, format_for, register

from .pictures import picture, pixels


def test_import_loads_no_image_library() -> None:
    code = (
        "import sys, grade.io\n"
        "print([m for m in ('OpenEXR', 'OpenImageIO', 'imageio', 'fileseq') if m in sys.modules])"
    )
    root = Path(__file__).parents[2]
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root)
    assert done.stdout.strip() == "[]", done.stderr


def test_with_pixels() -> None:
    frame = picture(channels=4, dtype=np.float32, attributes={"preview": "old", "owner": "me"})
    graded = frame.with_pixels(frame.pixels[..., :3] * 2)
    assert graded.planes["A"] is frame.planes["A"]
    np.testing.assert_array_equal(graded.pixels[..., :3], frame.pixels[..., :3] * 2)
    assert dict(graded.attributes) == {"owner": "me"}  # a preview would show the old picture
    assert frame.with_attributes({"look": "x"}).attributes["look"] == "x"


@pytest.mark.parametrize(
    ("array", "says"),
    [
        (np.zeros((4, 4), np.float32), "height, width"),
        (np.zeros((4, 4, 2), np.float32), "height, width"),
        (np.zeros((0, 4, 3), np.float32), "height, width"),
        (np.zeros((4, 4, 3), np.int32), "int32"),
        (np.zeros((4, 4, 3), np.float32), "data window"),
        (np.zeros((16, 19, 4), np.float32), "without alpha"),
    ],
)
def test_arrays_that_do_not_fit(array: np.ndarray, says: str) -> None:
    with pytest.raises(FrameError, match=says):
        picture().with_pixels(array)


def test_frames_that_contradict_themselves() -> None:
    plane = np.zeros((2, 2), np.float16)
    window = Window.of_size(2, 2)
    planes = dict.fromkeys("RGBA", plane)
    for color, alpha in ((tuple("RGB"), "straight"), (tuple("RGBA"), "none"), (("R",), "none")):
        with pytest.raises(FrameError):
            Frame(
                planes=planes, color=color, alpha=alpha, data_window=window, display_window=window
            )


def test_alpha_off_and_on() -> None:
    frame = Frame.from_pixels(pixels(channels=4, dtype=np.float32))
    straight = frame.with_alpha("straight")
    assert straight.alpha == "straight" and straight.with_alpha("straight") is straight
    np.testing.assert_array_equal(straight.planes["R"], frame.planes["R"] / frame.planes["A"])
    back = straight.with_alpha("premultiplied")
    np.testing.assert_allclose(back.pixels, frame.pixels, rtol=1e-6)


def test_pattern_takes_the_number_of_the_frame(tmp_path: Path) -> None:
    written = picture(frame=1007).write(tmp_path / "a.####.exr")
    assert written == tmp_path / "a.1007.exr" and written.exists()


def test_formats_register_themselves() -> None:
    assert {".exr", ".png"} <= set(extensions())
    assert format_for(Path("A.EXR")).name == "OpenEXR"
    exr = format_for(Path("a.exr"))
    assert register(exr) is exr
    with pytest.raises(ValueError, match="registered by"):
        register(Format("other", (".exr",), (), (), exr.read, exr.write))
