"""`job`: a plate of forty frames with a look, and its plan for a cluster."""

from types import SimpleNamespace

import pytest

import grade
from grade.farm.cluster import ClusterExecutor
from grade.render import Request, plan
from grade.run import executor

from .shot import write_look, write_plate


@pytest.fixture
def job(tmp_path):
    """`plan(...)` is for a cluster; `whole(...)` renders here and gives the files."""
    from grade.render import Stream

    plate = write_plate(tmp_path / "plate", range(1001, 1041))
    look = write_look(tmp_path)

    def request(folder, text, frames, **more):
        made = {"device": "reference", "threads": 1, "frames": frames} | more
        outputs = {"master": str(tmp_path / folder / "m.####.exr")}
        if "  sdr:" in text:
            outputs["sdr"] = str(tmp_path / folder / "s.####.png")
        path = write_look(tmp_path, text)
        return Request(look=grade.load(path), input=str(plate), outputs=outputs, **made)

    def planned(text, frames=None, folder="out", **more):
        made = plan(request(folder, text, frames, **more), ClusterExecutor("dask test"))
        made.make_folders()
        return made

    def whole(text, frames=None, **more):
        made = plan(request("whole", text, frames, **more), executor("reference"))
        made.make_folders()
        assert {o.status for o in Stream(made, 1).outcomes()} <= {"ok", "kept"}
        return files("whole")

    def files(folder="out"):
        return {p.name: p.read_bytes() for p in (tmp_path / folder).iterdir() if p.is_file()}

    return SimpleNamespace(
        folder=tmp_path, plate=plate, look=look, plan=planned, whole=whole, files=files
    )
