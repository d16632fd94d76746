"""`grade bench`: what is compared, what it says, what it refuses. No test looks at a time."""

import json

import numpy as np
import pytest

from grade import assets
from grade.cli.bench import opencolorio_peers, race
from grade.cli.bench.matte_rival import Desk
from grade.cli.bench.rivals import Setting, processor
from grade.cli.bench.workloads import WORKLOADS, Workload
from grade.ir.storage import Layout

from ..draw import some

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
    assert lanes == race.widths("cpu", every=True) * 2
    assert "at most" in done.out


@pytest.mark.parametrize("name", [w.name for w in WORKLOADS if w.storage == "f32"])
def test_both_engines_see_the_same_picture_and_change_it(name):
    workload = row(name)
    look = workload.look()
    image = race.picture((64, 48), "f32")
    theirs = image.copy()
    workload.peer(look, Setting((64, 48), "f32", lossless=True))(theirs)
    assert np.abs(theirs - image).max() > 0.01
    assert (theirs[..., 3] == 1).all()
    # with the curves as they are, splines differ; everything else is the same formula
    most = {"primary": 0.1, "aces2": 0.1, "desk": workload.tolerance}.get(name, 1e-5)
    assert np.abs(look.apply(image) - theirs).max() < most


def test_a_race_between_different_pictures_is_stopped(run, monkeypatch):
    def other(look):
        return opencolorio_peers.cdl(look.set({"trim.saturation": 1.4}))

    wrong = Workload("cdl", "f32", processor(other), budget=3.0, tolerance=row("cdl").tolerance)
    monkeypatch.setattr("grade.cli.bench.workloads.WORKLOADS", [wrong])
    done = run("bench", *SMALL)
    assert done.code == 3
    assert "different pictures" in done.err


def test_a_budget_missed_is_said_and_is_no_failure(run, monkeypatch):
    dear = Workload(
        "cdl", "f32", processor(opencolorio_peers.cdl), budget=1e9, tolerance=row("cdl").tolerance
    )
    monkeypatch.setattr("grade.cli.bench.workloads.WORKLOADS", [dear])
    done = run("bench", *SMALL)
    assert done.code == 0
    assert "budget 1e+09 MISSED" in done.out


@pytest.mark.parametrize(
    ("words", "part"),
    [
        (["cd"], "no workload cd: there is cdl, primary, lut, aces1, aces2, desk"),
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

    def number(band, top):
        band += np.arange(top, top + len(band))[:, None, None]

    picture = np.ones((7, 3, 4), np.float32)
    with ThreadPoolExecutor(3) as pool:
        race._in_bands(number, 3, pool)(picture)
    assert (picture[:, 0, 0] == np.arange(1, 8)).all()


def desk(size, **values):
    look = row("desk").look().set({name.replace("__", "."): v for name, v in values.items()})
    return look, Desk(look, Setting(size, "f32", lossless=True))


def test_the_rival_of_the_desk_does_not_depend_on_its_bands():
    image = race.picture((192, 108), "f32")
    whole, parts = image.copy(), image.copy()
    _, rival = desk((192, 108))
    rival(whole)
    rival.rows = 5
    rival(parts[:41])
    rival(parts[41:], 41)
    assert whole.tobytes() == parts.tobytes()


@pytest.mark.parametrize(
    "values",
    [
        {"spot__center": [0.6, -0.3], "spot__size": [0.3, 0.2]},  # most rows and columns outside
        {"skin__hue": {"low": 340, "high": 20, "soft": 30}},
        {"edges__amount": 1.0, "blend__amount": 0.7, "silver__saturation": 0.4},
        {"balance__temperature": 4300, "tones__s_contrast": 0.9, "skin_light__stops": -0.5},
    ],
)
def test_the_rival_of_the_desk_has_the_numbers_of_the_look(values):
    image = race.picture((192, 108), "f32")
    look, rival = desk((192, 108), **values)
    theirs = image.copy()
    rival(theirs)
    ours = look.apply(image)
    assert np.abs(ours - row("desk").look().apply(image)).max() > 0.01
    inside = np.minimum(ours, theirs)[..., :3] > 0.01  # nearer black the display curve is steep
    assert np.abs(ours - theirs)[..., :3][inside].max() < row("desk").tolerance


def test_the_desk_is_twelve_nodes_and_two_mattes_in_one_kernel():
    look = row("desk").look()
    assert len(look.nodes()) == 12
    assert len({node.matte for node in look.nodes()} - {None}) == 2
    layout = Layout(4, "f32")
    assert len(look.program(layout, layout).stages) == 1


@pytest.mark.parametrize("node", some(["skin_color", "skin_light", "edges"], 1))
def test_each_matte_of_the_desk_takes_some_pixels_and_leaves_others(node):
    image = race.picture((192, 108), "f32")
    look = row("desk").look()
    without = look.set({f"{node}.enable": False})
    moved = np.abs(look.apply(image) - without.apply(image)).max(axis=-1)
    assert 0.05 < (moved > 1e-3).mean() < 0.9
    assert (moved < 1e-5).mean() > 0.1
