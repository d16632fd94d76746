"""The house: what lies where, how things are called, and how long a file may be."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOP = {"pyproject.toml", "README.md", "grade", "kernels", "luts", "tests", "benchmarks"}
USUAL = {"CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "Makefile"}
EMPTY_WORDS = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
LONGEST = 500


@pytest.fixture(scope="module")
def tracked() -> list[Path]:
    """What git tracks and what is there, relative to the top."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: the layout is a promise about what is committed")
    command = ["git", "ls-files", "-z"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [Path(name) for name in names.split("\0") if name and (ROOT / name).is_file()]


def texts(tracked):
    for path in tracked:
        try:
            yield path, (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def test_the_top_level_is_fixed(tracked):
    top = {path.parts[0] for path in tracked if not path.parts[0].startswith(".")}
    assert top == TOP | USUAL


def test_no_file_has_an_empty_name(tracked):
    found = [
        path
        for path in tracked
        if any(EMPTY_WORDS & set(Path(part).stem.lower().split("_")) for part in path.parts)
    ]
    assert not found, "a name that says nothing: say what is in it"


def test_files_stay_readable(tracked):
    long = {
        str(path): count
        for path, text in texts(tracked)
        if path.suffix in {".py", ".cu", ".cuh"} and (count := text.count("\n")) > LONGEST
    }
    assert not long, f"more than {LONGEST} lines: make two rooms of it"


def reads_environment(tree: ast.AST) -> list[int]:
    """The lines that reach the environment through `os`."""
    names = {"environ", "environb", "getenv", "getenvb", "putenv", "unsetenv"}
    lines = []
    for node in ast.walk(tree):
        of_os = isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name)
        if of_os and node.value.id in {"os", "posix", "nt"} and node.attr in names:
            lines.append(node.lineno)
        if isinstance(node, ast.ImportFrom) and node.module in {"os", "posix", "nt"}:
            lines += [node.lineno for alias in node.names if alias.name in names]
    return sorted(lines)


def test_the_environment_is_found_in_every_guise():
    code = "import os\nos.environ['a']\nos.getenv('a')\nfrom os import environ as e\nos.sep\n"
    assert reads_environment(ast.parse(code)) == [2, 3, 4]


def test_only_settings_reads_the_environment(tracked):
    found = {
        str(path): lines
        for path, text in texts(tracked)
        if path.parts[0] == "grade" and path.suffix == ".py" and path.name != "settings.py"
        if (lines := reads_environment(ast.parse(text)))
    }
    assert not found, "read it in grade/settings.py"


def test_every_module_says_what_it_is(tracked):
    silent = [
        str(path)
        for path, text in texts(tracked)
        if path.parts[0] == "grade" and path.suffix == ".py"
        if not ast.get_docstring(ast.parse(text))
    ]
    assert not silent


def test_nothing_names_the_machine_it_was_written_on(tracked):
    places = [re.escape(str(ROOT)) + r"\b"] if len(ROOT.parts) > 2 else []
    places += [r"(?<![\w.*$}>~-])/(?:work|root|home/\w+|Users/\w+)/\w"]
    places += [r"--(?:extra-)?index-url"]
    pattern = re.compile("|".join(places))
    found = {
        str(path): match.group()
        for path, text in texts(tracked)
        if path != Path(__file__).relative_to(ROOT) and (match := pattern.search(text))
    }
    assert not found


def test_kernels_move_data_and_luts_hold_data(tracked):
    kernels = {path.suffix for path in tracked if path.parts[0] == "kernels"}
    luts = {path.suffix for path in tracked if path.parts[0] == "luts"}
    assert kernels <= {".cu", ".cuh", ".md"}
    assert not luts & {".py", ".cu", ".cuh", ".sh"}


def test_ci_runs_what_a_developer_runs():
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "exec make test\n" in script
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111
