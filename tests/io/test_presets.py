"""Presets: the shipped ones are sound, a house's come first, contradictions are refused by name."""

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from grade.cli import main
from grade.io import Frame
from grade.io.presets.catalog import find_preset, list_presets
from grade.io.presets.preset import PresetError
from grade.io.presets.preset_file import load_preset
from grade.settings import override

REC709 = {"colorInteropID": "g24_rec709_display"}


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / f"{name}.preset.yaml"
    path.write_text(f"preset: {name}\n{text}", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", list_presets())
def test_every_shipped_preset_is_sound(name: str) -> None:
    found = find_preset(name)
    assert found.name == name and found.about and found.suffixes
    assert (found.recipe is None) != (found.store is None)


def test_the_presets_of_the_issue_are_there() -> None:
    wanted = {
        "prores-4444-p3", "prores-422hq-rec709", "dnxhr-hqx-rec709", "uhd-hdr10",
        "broadcast-1080-rec709", "h264-review", "hevc-review", "dcdm-tiff", "ffv1-archive",
    }  # fmt: skip
    assert wanted <= set(list_presets())


def test_an_unknown_preset_names_the_nearest() -> None:
    with pytest.raises(PresetError, match="Did you mean prores-4444-p3"):
        find_preset("prores4444-p3")


def test_a_house_and_a_project_add_and_replace(tmp_path: Path) -> None:
    house, project = tmp_path / "house", tmp_path / "project"
    (project / "presets").mkdir(parents=True)
    house.mkdir()
    write(house, "house-dnx", "movie: {codec: dnxhr, profile: '444'}\n")
    write(house, "h264-review", "about: ours\nmovie: {codec: h264, quality: 23}\n")
    write(project / "presets", "house-dnx", "movie: {codec: dnxhr, profile: sq}\n")
    with override(presets=house):
        assert find_preset("h264-review").about == "ours"
        assert find_preset("house-dnx").recipe.profile == "444"
        assert find_preset("house-dnx", project / "night.grade.yaml").recipe.profile == "sq"
    assert "house-dnx" not in list_presets()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("movie: {codec: prorez}", "codec: prorez.*Did you mean prores"),
        ("movie: {codec: prores, colour: 1}", "colour: no such key"),
        ("movie: {codec: prores, profile: 4445}", "no profile 4445"),
        ("movie: {codec: prores, range: video}", "range: video: takes legal or full"),
        ("movie: {codec: prores, audio: mp5}", "audio: mp5"),
        ("movie: {codec: prores, quality: fine}", "quality: fine"),
        ("movie: {codec: hevc, mastering: {primaries: xyz}}", "mastering primaries xyz"),
        ("movie: {codec: prores}\nframes: {bits: 16}", "exactly one of"),
        ("about: nothing", "exactly one of"),
        ("frames: {bits: 16}", "suffix: is needed"),
        ("frames: {bits: 17}\nsuffix: [.png]", "no bits 17"),
        ("movie: {codec: prores}\nsuffix: [.mp4]", "cannot be stored in .mp4"),
        ("movie: {codec: prores}\nsizes: [[1920]]", "width, height"),
        ("movie: {codec: prores}\nrates: [0/1]", "above 0"),
        ("movie: [", "no valid YAML"),
    ],
)
def test_a_preset_file_that_is_not_sound_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path, "wrong", text + "\n")
    with pytest.raises(PresetError, match=f"(?s)wrong.preset.yaml: .*{message}"):
        load_preset(path)


def test_an_output_that_contradicts_is_refused_and_one_that_is_silent_is_said() -> None:
    broadcast = find_preset("broadcast-1080-rec709")
    good = Path("out.mxf"), REC709, (1920, 1080), Fraction(25)
    assert broadcast.check(*good) == []
    assert broadcast.check(Path("out.mxf"), REC709, (1280, 720), Fraction(30000, 1001)) == []
    assert "is unknown" in broadcast.check(Path("out.mxf"), {})[0]
    for change, message in [
        ((Path("out.mov"), REC709), "asks for the suffix .mxf; the output is .mov"),
        ((Path("out.mxf"), {"colorInteropID": "pq_rec2020_display"}), "g24_rec709_display"),
        ((Path("out.mxf"), REC709, (3840, 2160)), "1920x1080 pixels or smaller"),
        ((Path("out.mxf"), REC709, (1920, 1080), Fraction(24)), "25, 29.97"),
    ]:
        with pytest.raises(PresetError, match=message):
            broadcast.check(*change)


def test_a_smaller_picture_is_put_in_the_middle_on_black() -> None:
    frame = Frame.from_pixels(np.full((800, 1920, 3), 0.5, np.float32), tags=REC709)
    fitted = find_preset("broadcast-1080-rec709").fit_frame(frame)
    grey = fitted.planes["G"]
    assert grey.shape == (1080, 1920) and fitted.tags == REC709
    assert not grey[:140].any() and not grey[940:].any() and (grey[140:940] == 0.5).all()
    with pytest.raises(PresetError, match="4096x2160"):
        find_preset("dcdm-tiff").fit_frame(frame)


def test_the_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(list_presets()) and any("HDR10" in line for line in lines)
    assert main(["presets", "uhd-hdr10", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["codec"] == "hevc" and data["sizes"] == [[3840, 2160]]
    assert main(["presets", "uhd-hdr10"]) == 0
    assert "mastering:" in capsys.readouterr().out
    assert main(["presets", "uhd-hdr9"]) == 2
