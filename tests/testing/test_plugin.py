"""The pytest plugin, in runs of pytest of its own."""

import json
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

from grade.settings import override

pytest_plugins = ["pytester"]

TEST = """
def test_the_look(golden):
    golden("looks/plain.grade.yaml")
"""


@pytest.fixture
def project(pytester, look):
    """A project with a look and its golden file, and a test of it in a folder of its own."""
    looks = pytester.mkdir("looks")
    for name in ("plain.grade.yaml", "plain.golden.yaml"):
        (looks / name).write_text((look.parent / name).read_text())
    pytester.makepyfile(**{"tests/test_looks": TEST})
    return pytester


def test_it_comes_with_the_package():
    found = {point.name: point.value for point in entry_points(group="pytest11")}
    assert found.get("grade") == "grade.testing.plugin"


def test_it_loads_nothing_heavy():
    code = (
        "import sys, json; had = set(sys.modules); import grade.testing.plugin;"
        "print(json.dumps(sorted(set(sys.modules) - had)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    names = {name.partition(".")[0] for name in json.loads(done.stdout)}
    heavy = {"numpy", "numba", "llvmlite", "PyOpenColorIO", "OpenImageIO", "colour", "pydantic",
             "ruamel", "rich", "click", "scipy", "OpenEXR"}  # fmt: skip
    assert "grade" in names and not names & heavy


def test_a_look_as_it_was_passes(project):
    project.runpytest("-q").assert_outcomes(passed=1)


def test_a_failure_says_the_cause_and_leaves_a_sheet(project, edit):
    edit(project.path / "looks" / "plain.grade.yaml", "power: 1.2", "power: 1.4")
    done = project.runpytest("-q", f"--basetemp={project.path / 'temp'}")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "plain FAILED",
            "  cause: look edited: firm.power 1.2 -> 1.4",
            "    pure_green 0.017 0.765 0.017 -> 0.0088 0.732 0.0087 codes 77.9",
        ]
    )
    # An automatic run (CI is set) has the whole message in pytest's summary again.
    (said,) = set(re.findall(r"sheet: (\S+)", done.stdout.str()))
    assert "firm.power 1.2 -&gt; 1.4" in Path(said).read_text()
    assert "Traceback" not in done.stdout.str()


def test_a_refusal_shows_the_line_of_the_test_alone(project):
    project.makepyfile(
        test_refused="""
        import grade
        import numpy as np
        from grade.testing import assert_images_equal

        def test_refused():
            grade.Look.load("nothing.grade.yaml")

        def test_other():
            assert_images_equal(np.zeros((1, 1, 3)), np.ones((1, 1, 3)))
        """
    )
    done = project.runpytest("test_refused.py")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines([">       grade.Look.load(*", ">       assert_images_equal(*"])
    done.stdout.no_fnmatch_line("*grade/graph/*")
    done.stdout.no_fnmatch_line("*grade/testing/*")
    whole = project.runpytest("test_refused.py", "--full-trace", "-k", "test_refused")
    whole.stdout.fnmatch_lines(["*grade/graph/*"])


def test_a_limit_in_the_test(project, edit):
    edit(project.path / "looks" / "plain.grade.yaml", "power: 1.2", "power: 1.2001")
    project.runpytest("-q").assert_outcomes(failed=1)
    edit(project.path / "tests" / "test_looks.py", 'yaml")', 'yaml", max_codes=3)')
    project.runpytest("-q").assert_outcomes(passed=1)


def test_updating(project):
    place = project.path / "looks" / "plain.golden.yaml"
    text = place.read_text()
    place.unlink()
    done = project.runpytest("-q")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["there is no *plain.golden.yaml; make it with: pytest --grade-up*"])
    assert not place.exists()
    project.runpytest("-q", "--grade-update").assert_outcomes(passed=1)
    assert place.read_text() == text


def test_updating_is_refused_in_an_automatic_run(project):
    place = project.path / "looks" / "plain.golden.yaml"
    place.unlink()
    with override(ci=True):
        done = project.runpytest("-q", "--grade-update")
    assert done.ret == pytest.ExitCode.USAGE_ERROR and not place.exists()
    done.stderr.fnmatch_lines(["*golden files are not written in an automatic run (CI is set)*"])


def test_a_look_made_in_the_test(project):
    project.makepyfile(
        **{
            "tests/test_looks": """
import grade

def test_the_look(golden):
    look = grade.Look("made")
    look.outputs["master"] = look.source >> grade.CDL(slope=1.1, name="trim")
    verdict = golden(look)
    assert verdict.passed
"""
        }
    )
    project.runpytest("-q").assert_outcomes(failed=1)
    project.runpytest("-q", "--grade-update").assert_outcomes(passed=1)
    assert (project.path / "tests" / "made.golden.yaml").exists()
    project.runpytest("-q").assert_outcomes(passed=1)
