"""What holds for all tests.

A test that needs a device is skipped by name where there is none; nothing is found that an earlier
run left; no test depends on how long anything takes; files that differ are not printed; and at the
end is said how long each room of tests took.
"""

import functools
import os
import shutil
import tempfile
from collections import Counter

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "grade", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("grade")


def pytest_addoption(parser):
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="write the texts of tests/emit/golden anew instead of comparing with them",
    )


@functools.cache
def missing_device() -> str:
    """Why no CUDA device can be used here, or nothing."""
    try:
        import cupy

        return "" if cupy.cuda.runtime.getDeviceCount() else "there is no CUDA device"
    except Exception as error:
        return f"no CUDA device: {str(error).splitlines()[0] if str(error) else error!r}"


def pytest_configure(config):
    """Give the run a cache of its own, which its workers and their children share."""
    if not hasattr(config, "workerinput"):
        config.own_cache = os.environ["GRADE_CACHE"] = tempfile.mkdtemp(prefix="grade-tests-")


def pytest_unconfigure(config):
    if hasattr(config, "own_cache"):
        shutil.rmtree(config.own_cache, ignore_errors=True)


def pytest_runtest_setup(item):
    if item.get_closest_marker("gpu") and (reason := missing_device()):
        pytest.skip(reason)


@pytest.fixture(autouse=True, scope="session")
def kernels_of_this_run():
    """Kernels are compiled by the tests: what an earlier run left on disk proves nothing."""
    from grade.run import kernel_file

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(kernel_file, "_compiler", lambda root: None)
        yield


@pytest.fixture(autouse=True, scope="session")
def quick_twins(pytestconfig):
    """The bits are the same without g++'s optimization, which takes most of its time.

    `make test-full` compiles as a user does; tests/run/test_cuda_emulator.py does so with the
    primitives always, by the flags that this gives.
    """
    from grade.run import cuda_emulator

    shipped = cuda_emulator.FLAGS
    with pytest.MonkeyPatch.context() as patch:
        if pytestconfig.getoption("markexpr") == "not full":
            flags = tuple("-O0" if flag == "-O2" else flag for flag in shipped)
            patch.setattr(cuda_emulator, "FLAGS", flags)
        yield shipped


def pytest_assertrepr_compare(op, left, right):
    """Say where files part: thousands of lines of their bytes hide the name of the test."""
    if op == "==" and isinstance(left, bytes) and isinstance(right, bytes):
        if max(len(left), len(right)) <= 200:
            return None
        pairs = enumerate(zip(left, right, strict=False))
        place = next((at for at, (one, other) in pairs if one != other), min(len(left), len(right)))
        near = slice(max(0, place - 4), place + 12)
        return [
            f"{len(left)} bytes == {len(right)} bytes, which differ first at byte {place}",
            f"left:  {left[near].hex(' ')}",
            f"right: {right[near].hex(' ')}",
        ]
    return None


# --- how long each room takes ---------------------------------------------------------------------

_taken = Counter()
_since = [0.0]


def _processor():
    """Seconds of processor of this process and of its children that have ended."""
    return sum(os.times()[:4])


def pytest_collection_finish():
    _since[0] = _processor()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport():
    report = yield
    now = _processor()
    report.processor, _since[0] = now - _since[0], now
    # It travels between processes as UTF-8; a message may name a file whose name is no text.
    report.sections = [
        (title, text.encode(errors="backslashreplace").decode()) for title, text in report.sections
    ]
    return report


def pytest_runtest_logreport(report):
    folder, _, name = report.nodeid.split("::")[0].removeprefix("tests/").rpartition("/")
    _taken[folder.split("/")[0] or name] += report.processor


def pytest_terminal_summary(terminalreporter):
    """The budgets are in CONTRIBUTING.md."""
    rooms = ", ".join(f"{room} {seconds:.0f}" for room, seconds in _taken.most_common())
    if rooms:
        total = sum(_taken.values())
        terminalreporter.write_line(f"{total:.0f} seconds of processor: {rooms}")
    seed = terminalreporter.config.getoption("testrunuid", None)
    if seed and terminalreporter.stats.get("failed"):
        terminalreporter.write_line(f"drawn by --testrunuid {seed}")
