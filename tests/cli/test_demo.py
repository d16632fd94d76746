"""The demo: a plate that is what it says, graded, and the same each time."""

import hashlib
import json

import numpy as np
import pytest

from grade.io import Sequence, read
from grade.plate.colors import chart
from grade.plate.ray_casting import project
from grade.plate.still_life import CHART_CARD

FRAMES = 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from grade.cli import main

    place = tmp_path_factory.mktemp("demo") / "here"
    words = ["demo", str(place), "--size", "240x136", "--frames", str(FRAMES), "--device", "cpu"]
    assert main([*words, "-q"]) == 0
    return place


def digests(folder):
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != ".grade"
    }


def test_it_leaves_plate_master_and_pictures(folder):
    plate = Sequence.scan(folder / "plate" / "still_life.####.exr")
    assert plate.frames == (1001, 1002, 1003)
    frame = read(plate.path(1002))
    assert frame.pixels.dtype == np.float16 and frame.timecode == "01:00:00:01"
    assert frame.tags["colorInteropID"] == "lin_ap0_scene"
    master = read(folder / "master" / "still_life.####.exr", 1002)
    assert master.timecode == "01:00:00:01" and master.attributes["grade:look"] == "warm_evening"
    before, after = (read(folder / f"{name}.png") for name in ("before", "after"))
    assert before.pixels.dtype == np.uint16 and before.pixels.shape == (136, 240, 3)
    assert np.abs(before.pixels.astype(int) - after.pixels).mean() > 500


def test_chart_patches_have_their_published_values(folder):
    picture = read(folder / "plate" / "still_life.####.exr", 1003).pixels.astype(np.float64)
    right = np.array(CHART_CARD.right, np.float32)
    ratios = []
    for row in range(4):
        for column in range(6):
            spot = np.array(CHART_CARD.center, np.float32)
            spot += right * np.float32(((column + 0.5) / 6 - 0.5) * CHART_CARD.width)
            spot[1] += np.float32((0.5 - (row + 0.5) / 4) * CHART_CARD.height)
            x, y, _ = project(spot, 240, 136)
            patch = picture[int(y) - 1 : int(y) + 2, int(x) - 1 : int(x) + 2].mean(axis=(0, 1))
            ratios.append(patch / chart()[row, column])
    ratios = np.array(ratios)
    assert 0.85 < np.median(ratios) < 1.15
    assert np.abs(ratios[:, 1] / np.median(ratios) - 1).max() < 0.3  # the key falls off a little
    hue = ratios[18:22] / ratios[18:22, 1:2]  # the greys are grey, but for a glow in the darkest
    assert np.abs(hue - 1).max() < 0.1


def test_the_scene_has_what_a_colorist_judges_by(folder):
    pictures = [
        read(folder / "plate" / "still_life.####.exr", number).pixels.astype(np.float64)
        for number in (1001, 1002, 1003)
    ]
    assert pictures[0].max() > 30  # a lamp far above white
    saturated = pictures[0][(pictures[0].max(-1) > 3)]
    assert (saturated.min(-1) / saturated.max(-1)).min() < 0.1
    assert np.median(pictures[0]) < 0.2
    brightest = [np.unravel_index(p.sum(-1).argmax(), p.shape[:2])[1] for p in pictures]
    assert len(set(brightest)) == 3  # and it moves


def test_it_is_the_same_each_time(folder, run, tmp_path):
    words = ("--size", "240x136", "--frames", FRAMES, "--threads", "1", "--device", "cpu")
    done = run("demo", tmp_path / "again", *words, "--json")
    assert done.code == 0
    assert digests(tmp_path / "again") == digests(folder)
    figures = json.loads(done.out)
    assert figures["frames"] == FRAMES and figures["frames_per_second"] > 0
    last = [line for line in done.lines if line.startswith("  grade ")]
    assert len(last) == 3  # the next three commands to type


def test_it_does_not_touch_what_is_not_its_own(run, tmp_path):
    (tmp_path / "plate").mkdir()
    mine = tmp_path / "plate" / "still_life.0001.exr"
    mine.write_bytes(b"mine")
    done = run("demo", tmp_path, "--size", "64x36", "--frames", "1", "--device", "cpu")
    assert done.code == 2 and "not made by the demo" in done.err
    assert mine.read_bytes() == b"mine"
    assert run("demo", tmp_path / "x", "--size", "big").code == 2
