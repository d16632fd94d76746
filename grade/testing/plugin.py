"""The pytest plugin: the `golden` fixture and the option `--grade-update`.

It comes with the package and loads in every run of pytest, so it imports nothing but pytest until a
test uses it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from grade.graph.look import Look
    from grade.testing.verdict import Verdict

UPDATE = "--grade-update"
_PACKAGE = Path(__file__).parents[1]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--grade-update``."""
    parser.getgroup("grade", "looks under test").addoption(
        UPDATE,
        action="store_true",
        help="write the golden files of looks anew instead of comparing with them",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Refuse to write golden files in an automatic run."""
    if config.getoption(UPDATE):
        from grade.settings import settings

        if settings().ci:
            raise pytest.UsageError(
                f"{UPDATE}: golden files are not written in an automatic run (CI is set); write"
                " them where somebody looks at them, and commit them"
            )


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[object]) -> None:
    """Hide the frames of the toolkit where it refuses something: the fault is in the test's line.

    ``pytest --full-trace`` shows them.
    """
    if call.excinfo is None or item.config.getoption("fulltrace"):
        return
    for entry in call.excinfo.traceback:
        if _PACKAGE in Path(entry.path).parents:
            # pytest asks the module of a frame too, and calls what it finds there.
            entry.frame.f_globals.setdefault("__tracebackhide__", _is_refusal)


def _is_refusal(excinfo: pytest.ExceptionInfo[BaseException]) -> bool:
    errors = sys.modules.get("grade.errors")
    return errors is not None and isinstance(excinfo.value, errors.GradeError)


@pytest.fixture
def golden(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[..., Verdict]:
    """Compare a look with its golden file: ``golden("looks/night.grade.yaml")``.

    It takes a look file, relative to the folder of the test or to the root of the project, or a
    ``Look``, whose golden file lies beside the test. ``max_de=`` is the largest dE ITP of a sample
    of a display that passes, ``max_codes=`` the largest number of codes of one of a scene. On
    failure an HTML sheet is written to the test's temporary folder.
    """
    folder, root = request.path.parent, request.config.rootpath
    update = bool(request.config.getoption(UPDATE))

    def compare(
        look: Any,
        *,
        max_de: float | None = None,
        max_codes: float | None = None,
        device: str = "cpu",
    ) -> Verdict:
        from grade.qc.limits import Limits
        from grade.testing.golden_check import Checker

        limits = Limits(max_de, max_codes, "max_")
        checker = Checker(limits, device=device, keeps_pixels=True)
        path, given = _find_look(look, folder, root)
        if update:
            return checker.update(path, given)
        verdict = checker.check(path, given)
        if not verdict.passed:
            pytest.fail(_explain_failure(verdict, tmp_path), pytrace=False)
        return verdict

    return compare


def _find_look(look: Any, folder: Path, root: Path) -> tuple[Path, Look | None]:
    """Find the file of a look, or where it would lie, and the look if it was given itself."""
    from grade.graph.look import Look

    if isinstance(look, Look):
        return folder / f"{look.name}.grade.yaml", look
    for base in (folder, root):
        if (base / look).exists():
            return base / look, None
    return root / look, None


def _explain_failure(verdict: Verdict, folder: Path) -> str:
    """Explain the failure in words, and write its sheet."""
    lines = verdict.lines()
    if not verdict.golden.exists():
        return f"there is no {verdict.golden}; make it with: pytest {UPDATE}, and commit it"
    if verdict.trial is not None:
        from grade.testing.check_sheet import make_sheet

        place = folder / f"{verdict.name}.html"
        place.write_text(make_sheet([verdict]), encoding="utf-8")
        lines.append(f"  sheet: {place}")
    return "\n".join(lines)
