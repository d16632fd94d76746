"""Paths of the data files: CUDA C++, the shipped looks, the looks that benchmarks measure.

In a wheel `kernels/`, `luts/` and `benchmarks/workloads/` lie under `grade/_data`. In a checkout,
and so in an editable install, they lie beside the package.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from grade.errors import RequestError

_PACKAGE = Path(__file__).resolve().parent


def kernels() -> Path:
    """Return the directory of the CUDA C++ that generated code includes."""
    return _directory("kernels")


def luts() -> Path:
    """Return the directory of shipped looks and tables."""
    return _directory("luts")


def workloads() -> Path:
    """Return the directory of the looks that `grade bench` measures."""
    return _directory("benchmarks/workloads")


def kernel(name: str) -> Path:
    """Return one file of `kernels/` by its name, as in `kernel("prelude.cuh")`."""
    return _file(kernels(), name)


def lut(name: str) -> Path:
    """Return one file of `luts/` by its path there, as in `lut("looks/night.grade.yaml")`."""
    return _file(luts(), name)


def workload(name: str) -> Path:
    """Return one file of `benchmarks/workloads/`, as in `workload("cdl.grade.yaml")`."""
    return _file(workloads(), name)


@cache
def _directory(name: str) -> Path:
    for root in (_PACKAGE / "_data", _PACKAGE.parent):
        if (root / name).is_dir():
            return root / name
    raise RuntimeError(
        f"the installation is incomplete: {name}/ is neither in {_PACKAGE / '_data'} nor beside "
        f"{_PACKAGE}; install grade-toolkit again"
    )


def _file(directory: Path, name: str) -> Path:
    path = directory / name
    if path.is_file() and path.resolve().is_relative_to(directory.resolve()):
        return path
    there = sorted(p.relative_to(directory).as_posix() for p in directory.rglob("*") if p.is_file())
    raise RequestError(f"{directory.name}/ has no file {name}: it has {', '.join(there)}")
