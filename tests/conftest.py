"""What holds for all tests: a test that needs a device is skipped by name where there is none."""

import functools

import pytest


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
