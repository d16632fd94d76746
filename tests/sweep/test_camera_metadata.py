"""Movies whose camera metadata names a log curve, with and without the tags of an editor.

Cameras and editors label log footage as BT.709. What is right: the metadata of the camera stands
above the code points; both together are a contradiction that only the user can decide, exit code 2
with a flag that works when it is pasted; a look that agrees with the camera is no contradiction.
"""

import shlex

import numpy as np
import pytest

import grade
from grade.errors import GradeError
from tests.sweep.tagged_movies import movie
from tests.sweep.test_color_tags import expected

PIXELS = np.full((16, 32, 3), (200, 90, 40), np.uint8)
C3, C4 = "ARRI LogC3 (EI800)", "ARRI LogC4"
CAMERAS = {
    "Alexa": ({"com.arri.camera.ColorGammaSxS": "LOG-C"}, C3),
    "Alexa 35": ({"com.arri.camera.ColorGammaSxS": "LOG-C4"}, C4),
    "recorder, LogC": ({"com.apple.proapps.customgamma": "com.arri.logc3"}, C3),
    "recorder, V-Log": ({"com.apple.proapps.customgamma": "com.panasonic.vlog"}, "V-Log V-Gamut"),
    "Sony": ({"CaptureGammaEquation": "s-log3", "CaptureColorPrimaries": "s-gamut3"},
             "S-Log3 S-Gamut3"),
    "Sony Cine": ({"CaptureGammaEquation": "S-Log3", "CaptureColorPrimaries": "S-Gamut3.Cine"},
                  "S-Log3 S-Gamut3.Cine"),
    "Sony in one word": ({"com.sony.gamma": "S-Log3-Cine"}, "S-Log3 S-Gamut3.Cine"),
    "Red": ({"gamma_curve": "Log3G10"}, "Log3G10 REDWideGamutRGB"),
    "Apple": ({"com.apple.proapps.customgamma": "com.apple.applelog"}, "Apple Log"),
    "Canon 3": ({"com.canon.gamma": "Canon Log 3"}, "CanonLog3 CinemaGamut D55"),
    "DJI": ({"com.dji.gamma": "D-Log"}, "D-Log D-Gamut"),
}  # fmt: skip
UNKNOWN = {
    "Fuji": {"com.fujifilm.gamma": "F-Log2"},
    "Nikon": {"com.nikon.transfer_function": "N-Log"},
    "Sony S-Log2": {"CaptureGammaEquation": "S-Log2"},
    "Alexa at EI 1600": {"com.arri.camera.ColorGammaSxS": "LOG-C",
                         "com.arri.camera.ExposureIndexAsa": "1600"},
}  # fmt: skip
PLAIN = {
    "Alexa in Rec 709": {"com.arri.camera.ColorGammaSxS": "REC-709"},
    "a catalog": {"com.apple.quicktime.keywords": "logc catalog", "comment": "V-Log test"},
}


def look(**spaces):
    made = grade.Look("x", **({"input": "auto", "working": "ACEScg"} | spaces))
    made.outputs["m"] = made.source >> grade.Exposure(0.5)
    return made


def job(made, path, **options):
    out = path.parent / "out.####.exr"
    return grade.render(made, path, out, device="reference", dry_run=True, **options)


def values(made, path):
    return made.apply(grade.read(path, frame=1), device="reference").pixels[0, 0]


@pytest.mark.parametrize("name", CAMERAS)
def test_camera_metadata_names_the_space(tmp_path, name):
    metadata, space = CAMERAS[name]
    path = movie(tmp_path / "a.mov", PIXELS, metadata)
    assert np.array_equal(values(look(), path), values(look(input=space), path))


@pytest.mark.parametrize("name", CAMERAS)
def test_a_709_tag_beside_a_log_curve_is_a_contradiction(tmp_path, name):
    metadata, space = CAMERAS[name]
    path = movie(tmp_path / "a.mov", PIXELS, metadata, (1, 1, 1))
    with pytest.raises(GradeError) as refused:
        job(look(), path)
    words = shlex.split(str(refused.value).replace(",", " ").replace(";", " "))
    assert refused.value.exit_code == 2 and words[words.index("--input") + 1] == space
    job(look(), path, input_space=space)
    job(look(input=space), path)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_log_curve_that_no_space_has_is_asked_about(tmp_path, name):
    path = movie(tmp_path / "a.mov", PIXELS, UNKNOWN[name])
    for untagged in (None, "ACES2065-1"):
        with pytest.raises(GradeError, match=r"--input") as refused:
            job(look(untagged=untagged), path)
        assert refused.value.exit_code == 2


@pytest.mark.parametrize("name", PLAIN)
def test_other_words_are_no_log_curve(tmp_path, name):
    path = movie(tmp_path / "a.mov", PIXELS, PLAIN[name], (1, 1, 1))
    job(look(), path)


@pytest.mark.parametrize(
    ("points", "gamut"), [((5, 6, 5), "ebu"), ((6, 6, 6), "smpte_c"), ((5, 1, 5), "ebu")]
)
def test_standard_definition_is_read_as_what_it_says(tmp_path, points, gamut):
    path = movie(tmp_path / "a.mov", PIXELS, {}, points)
    right = expected(gamut, 2.4, grade.read(path, frame=1).pixels[0, 0].astype(np.float64))
    assert np.allclose(values(look(), path), right * 2**0.5, atol=1e-4)
    job(look(untagged="ARRI LogC4"), path)
