"""The verbs that say things: help, ops, new, explain, doctor, diff."""

import json
import subprocess
import sys

import numpy as np
import pytest

from grade import assets
from grade.cli.verbs import VERBS
from grade.graph import Look
from grade.io import Frame
from grade.op import OPS


def still(folder, name, pixels, **entries):
    return Frame.from_pixels(np.asarray(pixels, np.float32), **entries).write(folder / name)


def test_alone_it_shows_three_tasks(run):
    done = run()
    assert done.code == 0
    tasks = [line for line in done.out.splitlines() if line.startswith("  ")]
    assert len(tasks) == 3
    assert all("grade " in line for line in tasks)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_teaches_by_example(run, verb):
    done = run(verb, "--help")
    assert done.code == 0
    assert f"  grade {verb}" in done.out


def test_the_list_of_verbs_loads_none_of_them():
    code = (
        "import sys; from grade.cli import main; main(['--help']); "
        "print(sorted(set(sys.modules) & {'numpy', 'numba', 'rich', 'grade.cli.render', "
        "'colour', 'PyOpenColorIO', 'OpenEXR', 'pydantic'}))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout.splitlines()[-1] == "[]", done.stderr
    assert all(f"  {verb} " in done.stdout for verb in VERBS)


def test_ops_come_from_the_classes(run):
    import grade.ops  # noqa: F401

    table = run("ops").out
    known = json.loads(run("ops", "--json").out)
    assert set(known) == set(OPS)
    for kind in OPS:
        assert any(line.startswith(f"  {kind} ") for line in table.splitlines())
    assert table.startswith("Primary")
    slope = known["cdl"]["parameters"][0]
    assert (slope["name"], slope["unit"], slope["hard"]) == ("slope", "factor", [0, 1000])
    page = run("ops", "cdl").out
    assert "ASC CDL" in page and "saturation" in page and "default 1" in page
    unknown = run("ops", "cdll")
    assert (unknown.code, unknown.out) == (2, "") and "Did you mean cdl?" in unknown.err


def test_new_writes_a_look_that_changes_nothing(run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert run("new", "night").code == 0
    look = Look.load("night.grade.yaml")
    assert look.name == "night" and list(look.outputs) == ["master", "sdr", "hdr", "p3"]
    values = np.random.default_rng(1).lognormal(-1.5, 1.5, (5, 7, 3)).astype(np.float32)
    same = look.apply(values, output="master", device="reference")
    assert np.allclose(same, values, rtol=1e-5)
    again = run("new", "night")
    assert again.code == 2 and "--force" in again.err
    assert run("new", "night", "--force").code == 0
    assert run("new", "night mood").code == 2


def test_explain_tells_spaces_passes_and_bytes(run):
    path = assets.lut("looks/warm_evening.grade.yaml")
    told = run("explain", path).out
    assert "look warm_evening, output master" in told and "output sdr" in told
    assert "ACEScg" in told and "LogCamera" in told
    assert "12 bytes per pixel" in told
    for word in ("scalarise", "pass over the picture", "uniforms", "trim.slope.r"):
        assert word not in told
        assert word in run("explain", path, "-v").out
    only = run("explain", path, "--output", "sdr", "--bits", "float").out
    assert "output master" not in only and "24 bytes per pixel" in only


def test_explain_shows_code(run):
    path = assets.lut("looks/neutral.grade.yaml")
    text = run("explain", path, "--output", "sdr", "--ir").out
    assert "; traced" in text and "; lowered" in text and "source 0: f16 x3 planar" in text
    assert "__global__" in run("explain", path, "--output", "sdr", "--cuda").out
    assert "define" in run("explain", path, "--output", "sdr", "--llvm").out


def test_doctor_says_what_there_is(run):
    found = json.loads(run("doctor", "--json").out)
    assert found["cpu"]["lanes"] in (4, 8, 16)
    assert found["libraries"]["numpy"] == np.__version__
    assert {row["name"] for row in found["settings"]} >= {"GRADE_DEVICE", "GRADE_THREADS"}
    text = run("doctor").out
    assert "threads" in text and "GRADE_CACHE" in text
    required = run("doctor", "--require", "cuda")
    assert required.code == (0 if found["cuda"]["usable"] else 75)


def test_diff_of_equal_pictures(run, tmp_path):
    a = still(tmp_path, "a.exr", np.full((4, 5, 3), 0.5))
    done = run("diff", a, a)
    assert (done.code, done.out) == (0, "identical\n")


def test_diff_past_the_limit_is_3(run, tmp_path):
    pixels = np.full((4, 5, 3), 0.5)
    a = still(tmp_path, "a.exr", pixels)
    pixels[2, 3, 1] += 0.25
    b = still(tmp_path, "b.exr", pixels)
    assert run("diff", a, b).code == 0
    assert run("diff", a, b, "--max", "0.25").code == 0
    done = run("diff", a, b, "--max", "0.1", "--json")
    assert done.code == 3
    data = json.loads(done.out)
    (figures,) = data["frames"]
    assert data["maximum"] == 0.25
    assert (figures["x"], figures["y"], figures["channel"]) == (3, 2, "G")
    assert "past --max 0.1" in done.err and "3,2 G" in done.err
    assert run("diff", a, b, "--max-de", "1").code == 2  # untagged floats
    assert run("diff", a, b, "--space", "sRGB - Display", "--max-de", "1").code == 3
    assert run("diff", a, b, "--space", "sRGB - Display", "--max-itp", "99").code == 0


def test_diff_of_sequences_names_what_has_no_counterpart(run, tmp_path):
    for number in range(1, 6):
        frame = Frame.from_pixels(np.full((4, 4, 3), number, np.float32), frame=number)
        frame.write(tmp_path / "a.####.exr")
        if number != 3:
            frame.write(tmp_path / "b.####.exr")
    pair = (tmp_path / "a.####.exr", tmp_path / "b.####.exr")
    done = run("diff", *pair)
    assert done.code == 0
    assert [line.split()[:2] for line in done.out.splitlines()] == [
        [str(n), "identical"] for n in (1, 2, 4, 5)
    ]
    assert done.err == "only in A: 3\n"
    assert run("diff", *pair, "--max", "0").code == 3
    assert run("diff", *pair, "--max", "0", "--frames", "4-5").code == 0
    assert run("diff", *pair, "--frames", "8").code == 2


def test_diff_goes_on_past_a_damaged_frame(run, tmp_path):
    for name in ("a", "b"):
        for number in (1, 2, 3):
            frame = Frame.from_pixels(np.full((4, 4, 3), 0.5, np.float16), frame=number)
            frame.write(tmp_path / f"{name}.####.exr")
    path = tmp_path / "b.0002.exr"
    path.write_bytes(path.read_bytes()[:200])
    pair = (tmp_path / "a.####.exr", tmp_path / "b.####.exr", "--max", "0")
    done = run("diff", *pair, "--json")
    found = json.loads(done.out)
    assert done.code == 4 and "damaged: 2" in done.err
    assert [frame["frame"] for frame in found["frames"]] == [1, 3]
    assert list(found["damaged"]) == ["2"] and "b.0002.exr" in found["damaged"]["2"]
    still(tmp_path, "b.0003.exr", np.ones((4, 4, 3)))
    other = run("diff", *pair)
    assert other.code == 3 and "frame 3: difference" in other.err and "2 failed" in other.err
    alone = run("diff", *pair, "--frames", "2", "--json")
    assert alone.code == 4 and "b.0002.exr" in alone.err


def test_diff_of_folders_takes_the_one_sequence_in_each(run, tmp_path):
    for name, numbers in (("a", (1, 2)), ("b", (1, 2)), ("c", ()), ("d", (1,))):
        (tmp_path / name).mkdir()
        for number in numbers:
            frame = Frame.from_pixels(np.full((4, 4, 3), number, np.float32), frame=number)
            frame.write(tmp_path / name / "sh010.####.exr")
    still(tmp_path / "d", "other.exr", np.zeros((4, 4, 3)))
    done = run("diff", tmp_path / "a", tmp_path / "b", "--max", "0")
    assert (done.code, done.out) == (0, "1 identical\n2 identical\n")
    empty = run("diff", tmp_path / "a", tmp_path / "c")
    assert empty.code == 2 and "the folder holds no picture" in empty.err
    several = run("diff", tmp_path / "d", tmp_path / "a")
    assert several.code == 2 and "other.exr, " in several.err and "name one" in several.err


def test_diff_of_shipped_looks_by_their_names(run):
    assert run("diff", "noir", "noir").code == 0
    done = run("diff", "noir", "neutral")
    assert done.code == 3 and "differences" in done.err
    mixed = run("diff", "noir", "plate.exr")
    assert mixed.code == 2 and "name two of a kind" in mixed.err


def test_diff_of_movies_reads_frames_by_the_numbers_of_their_timecode(run, tmp_path):
    pytest.importorskip("av", reason="movies need PyAV: pip install grade-toolkit[movie]")
    from grade.io.formats.movie import MovieWriter, Recipe

    for name, last in (("a.mkv", 0.5), ("b.mkv", 0.25)):
        recipe = Recipe("ffv1", pixels="gbrp12le", dither="none")
        with MovieWriter(tmp_path / name, recipe, 24, timecode="01:00:00:00") as writer:
            for number, value in ((1, 0.5), (2, last)):
                pixels = np.full((64, 128, 3), value, np.float32)
                tags = {"colorInteropID": "g24_rec709_display"}
                writer.write(Frame.from_pixels(pixels, frame=number, tags=tags))
    same = run("diff", tmp_path / "a.mkv", tmp_path / "a.mkv", "--max", "0")
    assert (same.code, same.out) == (0, "86400 identical\n86401 identical\n")
    other = run("diff", tmp_path / "a.mkv", tmp_path / "b.mkv", "--max", "0.1")
    assert other.code == 3 and "frame 86401: difference" in other.err
