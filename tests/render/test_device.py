"""The stream on a device, by a stand-in for CuPy: three frames at once on three streams.

The stand-in runs nothing before it is waited for, and threads have streams of their own: a buffer
that is read or given on too early shows as wrong pixels. Real overlap only a device can show.
"""

import shutil
import sys
import threading

import pytest

from grade.graph import Look
from grade.passes.pipeline import lower
from grade.render import Report, Request, Stream, plan
from grade.run import executor

from ..run.stand_in import Cupy
from .shot import FIRST, LAST, write_look, write_plate

pytest.importorskip("cuda.bindings.nvrtc", reason="NVRTC is not installed")
pytestmark = pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")


class Noting:
    """Notes programs instead of compiling them."""

    name, overlap = "noting", 1

    def __init__(self):
        self.programs = []

    def prepare(self, program):
        self.programs.append(program)


def requested(tmp_path, name):
    outputs = {"master": f"{tmp_path}/{name}/m.####.exr", "sdr": f"{tmp_path}/{name}/s.####.png"}
    return Request(
        look=Look.load(tmp_path / "dusk.grade.yaml"),
        input=str(tmp_path / "plate" / "plate.####.exr"),
        outputs=outputs,
    )


def written(tmp_path, name, device):
    made = plan(requested(tmp_path, name), device)
    made.make_folders()
    report, stream = Report(), Stream(made, 4)
    for outcome in stream.outcomes():
        report.add(outcome)
    assert report.frames("ok") == list(range(FIRST, LAST + 1))
    return stream, {p.name: p.read_bytes() for p in (tmp_path / name).glob("[!.]*")}


def test_a_device_writes_the_bytes_of_the_cpu(tmp_path, monkeypatch):
    write_look(tmp_path)
    write_plate(tmp_path / "plate")
    noting = Noting()
    plan(requested(tmp_path, "noted"), noting)
    module = Cupy([lower(program) for program in noting.programs])
    monkeypatch.setitem(sys.modules, "cupy", module)
    from grade.run.cuda import CudaExecutor, CudaKernel

    together, original = threading.Barrier(3), CudaKernel.__call__

    def call(self, *words, **named):
        together.wait(timeout=600)  # twelve frames: four times three are on the device at once
        original(self, *words, **named)

    monkeypatch.setattr(CudaKernel, "__call__", call)
    stream, device = written(tmp_path, "device", CudaExecutor())
    assert stream.graders == 3
    assert module.pinned and module.null.queue == []
    _, host = written(tmp_path, "host", executor("cpu"))
    assert device == host and len(host) == 2 * (LAST - FIRST + 1)
