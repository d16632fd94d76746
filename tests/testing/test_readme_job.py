"""The CI job of the README: its commands, on a folder of looks, as a CI machine runs them."""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from grade.settings import child_environment
from grade.testing.golden_file import find_golden_path

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture(scope="module")
def job():
    blocks = re.findall(r"```yaml\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    (text,) = (block for block in blocks if "runs-on" in block)
    return YAML(typ="safe", pure=True).load(text)


def test_it_checks_the_looks(job, look, edit):
    steps = job["jobs"]["check"]["steps"]
    commands = [step["run"] for step in steps if "run" in step]
    assert commands[0] == "pip install grade-toolkit"
    words = shlex.split(commands[1])
    assert words[:2] == ["grade", "check"]
    folder = look.parent / "looks"
    folder.mkdir()
    for file in (look, find_golden_path(look)):
        file.rename(folder / file.name)

    def check():
        command = [sys.executable, "-m", "grade", *words[1:]]
        environment = child_environment(CI="true")
        return subprocess.run(command, cwd=look.parent, env=environment, check=False).returncode

    assert check() == 0
    (upload,) = (step for step in steps if "upload" in step.get("uses", ""))
    assert upload["if"] == "always()"
    kept = {path.name for path in look.parent.glob(upload["with"]["path"])}
    assert kept == {"looks.xml", "looks.html"}
    edit(folder / look.name, "power: 1.2", "power: 1.3")
    assert check() == 3


def test_the_assertions_are_those_of_the_package():
    text = README.read_text(encoding="utf-8")
    shown = re.search(r"from grade.testing import (.*)", text)
    import grade.testing

    assert {name.strip() for name in shown[1].split(",")} <= set(grade.testing.__all__)
