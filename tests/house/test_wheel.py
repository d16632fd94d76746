"""The wheel, in a clean environment: kernels and luts travel with it, the command is there."""

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = "Scripts" if sys.platform == "win32" else "bin"


def run(*command: str | Path, cwd: Path) -> str:
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """The wheel that the sdist gives: what a user of either one gets."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    (made,) = out.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def clean(wheel, tmp_path_factory) -> Path:
    """An environment with the wheel; libraries are lent by this one, the checkout is not."""
    home = tmp_path_factory.mktemp("clean") / "venv"
    venv.create(home, with_pip=False)
    python = home / BIN / "python"
    pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", python)
    run(*pip, "install", "-q", "--no-deps", "--no-index", wheel, cwd=home)
    site = run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))", cwd=home)
    # A path that a .pth names is searched, but its own .pth files (editable installs) are not.
    (Path(site.strip()) / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return home


def data(directory: str) -> set[str]:
    return {
        path.relative_to(ROOT / directory).as_posix()
        for path in (ROOT / directory).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.mark.parametrize("directory", ["kernels", "luts", "benchmarks/workloads"])
def test_data_travels_in_the_package(wheel, directory):
    place = f"grade/_data/{directory}/"
    names = zipfile.ZipFile(wheel).namelist()
    packed = {name.removeprefix(place) for name in names if name.startswith(place)}
    assert packed == data(directory) != set()


def test_the_wheel_holds_the_package_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()
    assert {name.partition("/")[0].partition("-")[0] for name in names} == {
        "grade",
        "grade_toolkit",
    }
    assert "grade/py.typed" in names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    modules = {path.relative_to(ROOT).as_posix() for path in (ROOT / "grade").rglob("*.py")}
    assert {name for name in names if name.endswith(".py")} == modules


def test_assets_are_found_in_a_clean_environment(clean, tmp_path):
    code = (
        "import grade.assets as a, pathlib\n"
        "for place in (a.kernels(), a.luts()):\n"
        "    assert place.parent == pathlib.Path(a.__file__).parent / '_data', place\n"
        "print(a.kernel('README.md').read_text()[:9])"
    )
    assert run(clean / BIN / "python", "-I", "-c", code, cwd=tmp_path) == "# kernels\n"


def test_the_command_answers_in_a_clean_environment(clean, tmp_path):
    assert "grade" in run(clean / BIN / "grade", "--help", cwd=tmp_path)


def test_an_editable_install_copies_nothing(tmp_path):
    code = f"import hatchling.build as b; print(b.build_editable({str(tmp_path)!r}))"
    name = run(sys.executable, "-c", code, cwd=ROOT).strip()
    names = zipfile.ZipFile(tmp_path / name).namelist()
    assert {name for name in names if not name.startswith("grade_toolkit-")} == {
        "_grade_toolkit.pth"
    }


def test_assets_of_a_checkout_lie_at_its_top():
    from grade import assets

    assert (assets.kernels(), assets.luts()) == (ROOT / "kernels", ROOT / "luts")
