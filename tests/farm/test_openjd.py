"""`grade farm openjd`: a template that the tool of Open Job Description takes and runs."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from grade.cli import main
from grade.farm.errors import FarmError
from grade.farm.openjd import job_template, openjd_ranges
from grade.io import parse_ranges
from grade.settings import child_environment

from .shot import counted

TOOL = shutil.which("openjd", path=str(Path(sys.executable).parent)) or shutil.which("openjd")
needs_openjd = pytest.mark.skipif(TOOL is None, reason="the openjd tool is not installed")


@pytest.fixture
def template(job, capsys, monkeypatch):
    """The template that some words give, as data and as a file."""
    monkeypatch.chdir(job.folder)

    def make(*words, code=0):
        capsys.readouterr()
        assert main(["farm", "openjd", *map(str, words)]) == code
        said = capsys.readouterr()
        if code:
            return said
        (job.folder / "job.yaml").write_text(said.out)
        return YAML(typ="safe", pure=True).load(said.out)

    return make


def arguments(data):
    return data["steps"][0]["script"]["actions"]["onRun"]["args"]


def test_flags_go_along_and_paths_are_absolute(job, template):
    data = template(
        "dusk.grade.yaml", "plate/plate.####.exr", "-o", "master=out/m.####.exr,scale=1/2",
        "--set", "open.stops=-0.5", "--set", "trim.saturation=0.5", "--missing", "hold", "--force",
        "--chunk-size", "5", "--gpus", "1", "--frames", "1001-1010,1021-1030x2",
    )  # fmt: skip
    assert arguments(data) == [
        "render",
        str(job.folder / "dusk.grade.yaml"),
        str(job.folder / "plate/plate.####.exr"),
        "-o",
        f"master={job.folder}/out/m.####.exr,scale=1/2",
        "--set",
        "open.stops=-0.5",
        "--set",
        "trim.saturation=0.5",
        "--missing",
        "hold",
        "--force",
        "--frames",
        "{{Task.Param.Frame}}",
        "--progress",
        "openjd",
    ]
    assert data["parameterDefinitions"][0]["default"] == "1001-1010,1021-1029:2"
    step = data["steps"][0]
    assert step["hostRequirements"]["amounts"] == [{"name": "amount.worker.gpu", "min": 1}]
    parameter = step["parameterSpace"]["taskParameterDefinitions"][0]
    assert parameter["chunks"]["defaultTaskCount"] == 5


def test_what_would_stop_render_stops_it(job, template):
    look, plate, out = "dusk.grade.yaml", "plate/plate.####.exr", "out/m.####.exr"
    assert "Did you mean slope" in template(look, plate, out, "--set", "trim.slop=1", code=2).err
    assert "no such option" in template(look, plate, out, "--sett", "1", code=2).err.lower()
    assert "the farm divides" in template(look, plate, out, "--chunk", "1/2", code=2).err
    assert "for one shot" in template("a.show.yaml", code=2).err
    assert template(look, "gone/x.####.exr", out, code=2).out == ""
    assert not (job.folder / "out").exists()


def test_ranges_are_those_of_the_specification():
    frames = [1, 2, 3, 10, 12, 14, 20]
    assert openjd_ranges(frames) == "1-3,10-14:2,20"
    assert parse_ranges(openjd_ranges(frames)) == frames


def test_expressions_in_names_are_refused():
    with pytest.raises(FarmError, match="mean expressions"):
        job_template("x", ["a{{b}}.exr"], [1])


@needs_openjd
def test_openjd_runs_it(job, template):
    whole = job.whole(job.look.read_text().split("  sdr:")[0], "1001-1010")
    template(
        "dusk.grade.yaml", "plate/plate.####.exr", "out/m.####.exr", "--frames", "1001-1010",
        "--chunk-size", "4", "--device", "reference",
        "--grade", Path(sys.executable).parent / "grade",
    )  # fmt: skip
    check = subprocess.run([TOOL, "check", "job.yaml"], capture_output=True, text=True)
    assert check.returncode == 0, check.stdout + check.stderr
    done = subprocess.run(
        [TOOL, "run", "job.yaml"], capture_output=True, text=True, env=child_environment()
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Chunks run: 3" in done.stdout
    assert "openjd_progress: 100.0" in done.stdout
    assert job.files() == whole
    assert set(counted(job.folder / "out").values()) == {1}


@needs_openjd
def test_a_task_that_fails_fails_the_job_and_says_why(job, template):
    (job.folder / "plate" / "plate.1002.exr").write_bytes(b"no picture")
    template(
        "dusk.grade.yaml", "plate/plate.####.exr", "out/m.####.exr", "--frames", "1001-1003",
        "--device", "reference", "--grade", Path(sys.executable).parent / "grade",
    )  # fmt: skip
    done = subprocess.run(
        [TOOL, "run", "job.yaml"], capture_output=True, text=True, env=child_environment()
    )
    assert done.returncode != 0
    assert "openjd_fail: 1002 failed" in done.stdout


def test_a_request_that_is_wrong_is_told_to_the_farm(job, capsys, monkeypatch):
    monkeypatch.chdir(job.folder)
    words = ["render", "dusk.grade.yaml", "plate/x.####.exr", "out/m.####.exr"]
    assert main([*words, "--progress", "openjd"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert sum(line.startswith("openjd_fail: ") for line in lines) == 1
    assert not any(line.startswith("openjd_env") for line in lines)
