"""`shot`: a plate and a look in a folder, and `grade` run in this process."""

from types import SimpleNamespace

import pytest

from grade.cli import main

from .shot import write_look, write_plate


@pytest.fixture
def shot(tmp_path, capsys):
    """A folder with a plate and a look; `run` grades and returns code, stdout, stderr."""

    def run(*arguments, device="reference"):
        words = list(map(str, arguments))
        if words[0] == "render" and "--device" not in words:
            words += ["--device", device]
        capsys.readouterr()
        code = main(words)
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err, lines=said.err.splitlines())

    plate = write_plate(tmp_path / "plate")
    return SimpleNamespace(
        folder=tmp_path,
        plate=plate,
        look=write_look(tmp_path),
        out=tmp_path / "out" / "graded.####.exr",
        run=run,
    )


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The current folder, with a plate and a look; see `python_job`."""
    monkeypatch.chdir(tmp_path)
    write_plate(tmp_path / "plate", size=(8, 12))
    write_look(tmp_path)
    return tmp_path
