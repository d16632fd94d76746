"""`grade bench`: what is compared, what it says, what it refuses. No test looks at a time."""

import json

import numpy as np
import pytest

from grade import assets
from grade.cli.bench import duel, peers
from grade.cli.bench.workloads import WORKLOADS, Workload

SMALL = ("--size", "96x64", "--repeat", "2")


def row(name, storage="f32"):
    return next(w for w in WORKLOADS if (w.name, w.storage) == (name, storage))


def test_every_figure_is_there(run):
    done = run("bench", *SMALL, "--json")
    assert done.code == 0
    found = json.loads(done.out)
    assert (found["size"], found["rounds"], found["threads"]) == ([96, 64], 2, 1)
    measured = [(r["workload"], r["storage"]) for r in found["results"]]
    assert measured == [(w.name, w.storage) for w in WORKLOADS]
    for result in found["results"]:
        assert 0 < result["ns_per_pixel"]["least"] <= result["ns_per_pixel"]["median"]
        assert result["difference_from_lossless"] <= row(result["workload"]).tolerance or (
            result["storage"] == "f16"
        )
        assert result["met"] == (result["ratio"] >= result["budget"])
        low, high = result["ratio_middle_half"]
        assert low <= result["ratio"] <= high


def test_the_table_has_a_line_per_workload_and_width(run):
    done = run("bench", "cdl", *SMALL, "--lanes", "--threads", "2")
    assert done.code == 0
    lanes = [int(line.split()[2]) for line in done.out.splitlines() if line.startswith("cdl  ")]
    assert lanes == duel.widths("cpu", every=True) * 2
    assert "at most" in done.out


@pytest.mark.parametrize("name", [w.name for w in WORKLOADS if w.storage == "f32"])
def test_both_engines_see_the_same_picture_and_change_it(name):
    workload = row(name)
    look = workload.look()
    image = duel.picture((64, 48), "f32")
    theirs = image.copy()
    peers.Peer(look, workload.peer(look), "f32", lossless=True)(theirs)
    assert np.abs(theirs - image).max() > 0.01
    assert (theirs[..., 3] == 1).all()
    # with the curves as they are, splines differ; everything else is the same formula
    splines = name in ("primary", "aces2")
    assert np.abs(look.apply(image) - theirs).max() < (0.1 if splines else 1e-5)


def test_a_race_between_different_pictures_is_stopped(run, monkeypatch):
    def other(look):
        return peers.cdl(look.set({"trim.saturation": 1.4}))

    wrong = Workload("cdl", "f32", other, budget=3.0, tolerance=row("cdl").tolerance)
    monkeypatch.setattr("grade.cli.bench.workloads.WORKLOADS", [wrong])
    done = run("bench", *SMALL)
    assert done.code == 3
    assert "different pictures" in done.err


def test_a_budget_missed_is_said_and_is_no_failure(run, monkeypatch):
    dear = Workload("cdl", "f32", peers.cdl, budget=1e9, tolerance=row("cdl").tolerance)
    monkeypatch.setattr("grade.cli.bench.workloads.WORKLOADS", [dear])
    done = run("bench", *SMALL)
    assert done.code == 0
    assert "budget 1e+09 MISSED" in done.out


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["cd"], "no workload cd: there is cdl, primary, lut, aces1, aces2"),
        (["--size", "big"], "--size big: write WIDTHxHEIGHT"),
        (["--size", "0x10"], "--size 0x10"),
        (["--device", "abacus"], "abacus"),
    ],
)
def test_what_cannot_be_done_is_refused(run, words, part):
    done = run("bench", *words)
    assert done.code == 2
    assert part in done.err


def test_each_workload_is_one_look_file():
    names = {path.name.removesuffix(".grade.yaml") for path in assets.workloads().iterdir()}
    assert {w.name for w in WORKLOADS} <= names


def test_bands_of_rows_cover_the_picture():
    from concurrent.futures import ThreadPoolExecutor

    def double(band):
        band *= 2

    picture = np.ones((7, 3, 4), np.float32)
    with ThreadPoolExecutor(3) as pool:
        duel._in_bands(double, 3, pool)(picture)
    assert (picture == 2).all()
