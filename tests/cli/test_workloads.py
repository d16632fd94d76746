"""The workloads of the benchmarks are looks that load, trace and do something."""

from pathlib import Path

import numpy as np
import pytest

from grade.graph import Look

WORKLOADS = Path(__file__).parents[2] / "benchmarks" / "workloads"


def load(name):
    return Look.load(WORKLOADS / f"{name}.grade.yaml")


@pytest.mark.parametrize("name", ["cdl", "primary", "lut", "aces1", "aces2"])
def test_a_workload_changes_the_picture(name):
    look = load(name)
    assert look.name == name and look.intent
    if name in ("lut", "aces1"):
        axis = np.linspace(0, 1, 33, dtype=np.float32) ** 1.2
        look = look.set({"cube.table": np.stack(np.meshgrid(*[axis] * 3, indexing="ij"), -1)})
    x = np.random.default_rng(1).uniform(0.1, 0.8, (4, 5, 3)).astype(np.float32)
    y = look.apply(x, device="reference")
    assert np.isfinite(y).all()
    assert np.abs(y - x).max() > 0.01
