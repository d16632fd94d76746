"""`grade` run in this process: exit code, stdout, stderr."""

from types import SimpleNamespace

import pytest

from grade.cli import main


@pytest.fixture
def run(capsys):
    def call(*arguments):
        capsys.readouterr()
        code = main([str(word) for word in arguments])
        said = capsys.readouterr()
        return SimpleNamespace(code=code, out=said.out, err=said.err, lines=said.err.splitlines())

    return call
