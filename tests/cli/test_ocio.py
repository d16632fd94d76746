"""`grade ocio`: the listing, the comparison, and what it says where the answer is no."""

import json

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.config import inventory
from grade.color.config.config import open_config
from grade.color.errors import UntranslatedTransform
from grade.settings import override

CONFIG = """\
ocio_profile_version: 2.1
environment: {SHOT: sh010}
search_path: luts
strictparsing: true
roles: {scene_linear: lin, default: lin}
file_rules: [!<Rule> {name: Default, colorspace: default}]
displays:
  monitor:
    - !<View> {name: Film, colorspace: video, looks: shot}
    - !<View> {name: Raw, colorspace: normals}
looks:
  - !<Look>
    name: shot
    process_space: lin
    transform: !<FileTransform> {src: look_$SHOT.spi1d}
colorspaces:
  - !<ColorSpace> {name: lin, encoding: scene-linear}
  - !<ColorSpace>
    name: video
    encoding: sdr-video
    from_scene_reference: !<ExponentTransform> {value: 2.4, direction: inverse}
  - !<ColorSpace> {name: normals, isdata: true}
"""


def curve(power):
    rows = "\n".join(str((i / 32) ** power) for i in range(33))
    return f"Version 1\nFrom 0 1\nLength 33\nComponents 1\n{{\n{rows}\n}}\n"


@pytest.fixture
def studio(tmp_path, monkeypatch):
    """A config with a look that the shot decides."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "luts").mkdir()
    (tmp_path / "luts" / "look_sh010.spi1d").write_text(curve(0.8))
    (tmp_path / "luts" / "look_sh020.spi1d").write_text(curve(1.5))
    (tmp_path / "show.ocio").write_text(CONFIG)
    return tmp_path


def test_the_listing(run, studio):
    done = run("ocio", "show.ocio")
    assert done.code == 0
    lines = [" ".join(line.split()) for line in done.out.splitlines()]
    for line in (
        "spaces (2)",
        "lin scene-linear identity",
        "video sdr-video Exponent",
        "data, left as it is: normals",
        "monitor / Film Lut1D, Exponent",
        "monitor / Raw identity",
        "shot Lut1D",
        "covered: all 10 processors, 2 primitives",
    ):
        assert line in lines, done.out


def test_the_comparison(run, studio):
    done = run("ocio", "show.ocio", "--check")
    assert done.code == 0, done.err
    assert "worst of 10 against OpenColorIO" in done.out
    found = json.loads(run("ocio", "show.ocio", "--check", "--json").out)
    assert found["covered"] and len(found["processors"]) == 10
    assert max(row["difference"]["worst"] for row in found["processors"]) < 3e-6
    assert {row["difference"]["classes"] for row in found["processors"]} == {0}


def test_beyond_the_limit_is_a_failed_check(run, studio):
    done = run("ocio", "show.ocio", "--check", "--limit", "1e-12")
    assert done.code == 3
    assert "apart, the limit is 1e-12" in done.err and len(done.lines) == 1


def test_what_is_not_covered_is_named(run, studio, monkeypatch):
    read = inventory.from_processor

    def without_tables(processor, name):
        transform = read(processor, name)
        if "Lut1D" in transform.operations:
            raise UntranslatedTransform("Lut1D", "not today")
        return transform

    monkeypatch.setattr(inventory, "from_processor", without_tables)
    done = run("ocio", "show.ocio")
    assert done.code == 0
    assert "NOT COVERED forward: Lut1D (not today)" in done.out
    assert "not covered: 4 of 10 processors, for want of Lut1D" in done.out
    done = run("ocio", "show.ocio", "--check")
    assert done.code == 3 and "4 processors are not covered" in done.err


def test_a_file_that_is_missing_is_the_config_s_fault(run, studio):
    (studio / "luts" / "look_sh010.spi1d").unlink()
    done = run("ocio", "show.ocio")
    assert done.code == 0
    assert "the config cannot: " in done.out and "4 that the config itself cannot make" in done.out


def test_context_variables(studio):
    by_default, other = open_config("show.ocio"), open_config("show.ocio", "SHOT=sh020")
    assert by_default.looks("shot", "lin")([0.5] * 3)[0] == pytest.approx(0.5**0.8, abs=1e-3)
    assert other.looks("shot", "lin")([0.5] * 3)[0] == pytest.approx(0.5**1.5, abs=1e-3)
    assert open_config("show.ocio", {"SHOT": "sh020"}) is other


def test_looks_of_a_display(studio):
    config = open_config("show.ocio")
    colour = [0.5] * 3
    own = config.display("monitor", "Film", "lin")(colour)[0]
    none = config.display("monitor", "Film", "lin", looks="")(colour)[0]
    undone = config.display("monitor", "Film", "lin", looks="-shot")(colour)[0]
    assert own == pytest.approx((0.5**0.8) ** (1 / 2.4), abs=1e-3)
    assert none == pytest.approx(0.5 ** (1 / 2.4), abs=1e-6)
    assert undone == pytest.approx((0.5 ** (1 / 0.8)) ** (1 / 2.4), abs=1e-3)
    back = config.display("monitor", "Film", "lin", looks="-shot", inverse=True)
    assert back([undone] * 3)[0] == pytest.approx(0.5, abs=1e-5)


def test_an_archive_is_a_config_with_its_luts(run, studio):
    raw = ocio.Config.CreateFromFile("show.ocio")
    raw.archive("show.ocioz")
    config = open_config("show.ocioz")
    assert config.name.startswith("sha256:")
    expected = open_config("show.ocio").looks("shot", "lin")
    np.testing.assert_array_equal(config.looks("shot", "lin")([0.3] * 3), expected([0.3] * 3))
    assert "covered: all 10 processors" in run("ocio", "show.ocioz").out


def test_an_unknown_config(run):
    done = run("ocio", "studio-confg-latest")
    assert done.code == 2 and "neither a config file nor a built-in config" in done.err


def test_several_processes_find_the_same(studio, monkeypatch):
    from grade.qc import ocio_agreement

    found = inventory.examine_config(open_config("show.ocio"))
    requests = {i: finding.request for i, finding in enumerate(found)}
    alone = dict(ocio_agreement.measure_agreements(requests))
    with override(threads=2):
        monkeypatch.setattr(ocio_agreement, "WORTH_A_FORK", 2)
        assert dict(ocio_agreement.measure_agreements(requests)) == alone
    assert sorted(alone) == list(range(10))
