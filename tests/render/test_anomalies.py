"""NaN, Inf and clipped values: counted, reported, replaced, or a failure."""

import json

import numpy as np
import pytest

from grade.io import Frame, Window, read
from grade.render.frame import anomalies
from grade.render.ledger.journal_reader import JournalReader

from .shot import pixels, write_look

PLATE = {"nan": 2, "infinite": 1, "saturated": 0, "first": [12, 5, "R"]}
COUNTED = "plate: 2 NaN, 1 Inf (first at 12,5 R)"


@pytest.fixture
def spoiled(shot):
    """The plate with two NaN and an Inf in frame 1003; the look takes them through ACEScct."""
    values = pixels(1003)
    values[5, 12, 0] = values[9, 3, 1] = np.nan
    values[7, 1, 2] = np.inf
    tags = {"colorInteropID": "lin_ap0_scene"}
    Frame.from_pixels(values, frame=1003, tags=tags).write(shot.plate)
    shot.asked = ("render", shot.look, shot.plate, shot.out, "--frames", "1002-1004")
    return shot


def test_nan_of_a_plate_is_counted_where_a_curve_makes_a_number_of_it(spoiled):
    done = spoiled.run(*spoiled.asked, "--json", "--progress", "plain")
    (line,) = [line for line in done.lines if line.startswith("1003 ok")]
    assert COUNTED in line and done.err.count("plate: ") == 1
    frames = {frame["frame"]: frame for frame in json.loads(done.out)["frames"]}
    assert frames[1003]["plate"] == PLATE and "plate" not in frames[1002]
    journals = JournalReader(spoiled.out.parent)
    assert journals.entry("graded.1003.exr").row.plate == PLATE
    assert journals.entry("graded.1002.exr").row.plate == {}
    assert done.code == 0


def test_black_is_graded_in_the_place_of_nan(spoiled):
    assert spoiled.run(*spoiled.asked, "--nan", "black").code == 0
    zero = pixels(1003)
    zero[5, 12, 0] = zero[9, 3, 1] = 0
    zero[7, 1, 2] = np.inf
    tags = {"colorInteropID": "lin_ap0_scene"}
    plate = Frame.from_pixels(zero, tags=tags).write(spoiled.folder / "zero.exr")
    out = spoiled.folder / "zero_graded.exr"
    assert spoiled.run("render", spoiled.look, plate, out, "--nan", "black").code == 0
    assert np.array_equal(read(spoiled.out, 1003).pixels, read(out).pixels)


def test_a_sample_is_graded_again_from_the_plate_without_nan(spoiled):
    done = spoiled.run(*spoiled.asked, "--nan", "black", device="cpu")
    assert done.code == 0
    verified = spoiled.run("verify", spoiled.out, "--sample", "100%", "--look", spoiled.look)
    assert verified.code == 0 and "graded again 3" in verified.lines[-1]


def test_nothing_is_replaced_unasked(spoiled):
    frame = read(spoiled.plate, 1003)
    same, counts = anomalies.prepare_plate(frame, "keep")
    assert same is frame and counts.data() == {**PLATE, "first": (12, 5, "R")}
    black, counts = anomalies.prepare_plate(frame, "black")
    assert counts.nan == 2 and not np.isnan(black.pixels).any() and np.isinf(black.pixels).any()


def test_a_plate_at_the_end_of_half_has_lost_nothing():
    held = Frame.from_pixels(np.full((2, 2, 3), 65504, np.float16), data_window=Window(3, 4, 4, 5))
    assert not anomalies.count_anomalies(held, stored=False)
    assert anomalies.count_anomalies(held) == anomalies.Anomalies(saturated=12, first=(3, 4, "R"))


def test_strict_takes_nan_and_filled_gaps_for_failures(spoiled):
    done = spoiled.run(*spoiled.asked, "--strict")
    assert done.code == 4 and done.lines[-1] == "done 3 failed 0 skipped 0"
    assert "gaps of the plate: 1003" in done.err
    again = spoiled.run(*spoiled.asked, "--strict")
    assert again.code == 4 and "up to date: 1002-1004" in again.err
    sound = ("render", spoiled.look, spoiled.plate, spoiled.out, "--frames", "1005-1007")
    assert spoiled.run(*sound, "--strict").code == 0
    spoiled.plate.with_name("plate.1006.exr").unlink()
    held = spoiled.run(*sound, "--missing", "hold", "--strict")
    assert held.code == 4 and "gaps of the plate: 1006" in held.err
    assert spoiled.run(*sound, "--missing", "hold").code == 0


def test_a_float_file_says_its_inf(shot):
    values = np.zeros((4, 4, 3), np.float32)
    values[1, 2, 0] = np.inf
    plate = Frame.from_pixels(values).write(shot.folder / "f.exr")
    text = "grade: 2\nlook: plain\nnodes:\n  trim: {op: cdl, slope: 2}\noutputs:\n  master: {}\n"
    plain = write_look(shot.folder, text, "plain.yaml")
    done = shot.run("render", plain, plate, shot.folder / "out.exr", "--progress", "plain")
    assert "plate: 1 Inf (first at 2,1 R) master: 1 Inf (first at 2,1 R)" in done.err


@pytest.mark.parametrize("stored", [False, True])
def test_every_half_is_counted_by_what_it_is(stored):
    """Each alone in a group of rows, so that none hides behind another."""
    last = np.array([65504], np.float16).view(np.uint16)[0]
    for bits in [*range(last - 2, last + 4), 0x7E00, 0x7FFF, 0, 1, 0x3C00]:
        for sign in (0, 0x8000):
            values = np.zeros((70, 40, 3), np.uint16)
            values[66, 7, 1] = bits | sign
            value = values.view(np.float16)[66, 7, 1]
            found = anomalies.count_anomalies(Frame.from_pixels(values.view(np.float16)), stored)
            assert found.nan == np.isnan(value)
            assert found.infinite == np.isinf(value)
            assert found.saturated == (stored and abs(value) == 65504)
            assert found.first == ((7, 66, "G") if found else None)


def test_every_float_near_its_end_is_counted_by_what_it_is():
    for bits in (0x7F7FFFFF, 0x7F800000, 0x7F800001, 0x7FC00000, 0x7FFFFFFF, 0, 0x3F800000):
        for sign in (0, 0x80000000):
            values = np.zeros((3, 3, 3), np.uint32)
            values[2, 1, 0] = bits | sign
            value = values.view(np.float32)[2, 1, 0]
            found = anomalies.count_anomalies(Frame.from_pixels(values.view(np.float32)))
            assert (found.nan, found.infinite) == (np.isnan(value), np.isinf(value))
            assert found.first == ((1, 2, "R") if found else None)
