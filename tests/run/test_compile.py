"""What compiling a kernel leaves as it found it."""

import gc

import pytest

from grade.ir.expression import make
from grade.ir.program import Program, Stage
from grade.ir.storage import Layout
from grade.ir.types import F32
from grade.run import host_kernels
from grade.run.host_processor import host_lanes


def doubled(times):
    value = make("load", (), (F32, 0, 0))
    for _ in range(times):
        value = value + value
    layout = Layout(1)
    return Program((layout,), (layout,), (), (Stage((value,)),), lowered=True)


@pytest.fixture(params=[True, False], ids=["collecting", "not collecting"])
def collecting(request):
    before = gc.isenabled()
    (gc.enable if request.param else gc.disable)()
    yield request.param
    (gc.enable if before else gc.disable)()


def test_the_collector_is_as_it_was(collecting):
    made = host_kernels.compilations
    host_kernels.prepare_kernel(doubled(3 if collecting else 5), host_lanes())
    assert host_kernels.compilations == made + 1
    assert gc.isenabled() == collecting


def test_also_when_compiling_fails(collecting, monkeypatch):
    def failing(program, lanes):
        assert not gc.isenabled()
        raise RuntimeError("no")

    monkeypatch.setattr(host_kernels, "_compile", failing)
    with pytest.raises(RuntimeError):
        host_kernels.prepare_kernel(doubled(7), host_lanes())
    assert gc.isenabled() == collecting
