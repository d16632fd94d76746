"""A cluster of two workers on this machine: all frames, each once, the bytes of one process."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from grade.cli import main
from grade.errors import TemporaryError
from grade.farm.cluster import open_cluster
from grade.farm.dispatch import Dispatcher
from grade.farm.errors import FarmError
from grade.settings import child_environment

from .shot import LOOK, counted

distributed = pytest.importorskip("distributed")

SHOW = """\
grade: 1
show: two
look: dusk.grade.yaml
plates: plate/plate.####.exr
outputs: {master: out/$SHOT.####.exr}
shots: shots.csv
"""


@pytest.fixture(scope="module")
def workers():
    with open_cluster("local:2", "reference") as found:
        yield found


HOLD = """
import itertools, os, time
from pathlib import Path

import grade.graph.tracing.trace
from grade.render.frame.grader import Grader

plain, begun = getattr(Grader, "plain", Grader.grade), itertools.count(1)


def waiting(*given, **more):
    number = next(begun)
    Path(FOLDER, f"{os.getpid()}.{number}").touch()
    while number == COUNT and not Path(FOLDER, "go").exists():
        time.sleep(0.01)
    return plain(*given, **more)


def refuse(*_, **__):
    raise AssertionError("a worker traced")


Grader.plain, Grader.grade = plain, waiting
grade.graph.tracing.trace.trace = refuse
"""

PRELOADED = """
import sys

import distributed
from grade.cli import main

plain = distributed.Nanny.__init__


def begin(self, *given, preload=(), **more):
    plain(self, *given, preload=[*preload, sys.argv[1]], **more)


distributed.Nanny.__init__ = begin
sys.exit(main(sys.argv[2:]))
"""


def hold(folder, count=10_000):
    """For a worker to run: it waits before its frame of this number, until the folder says go.

    The folder has a file for each frame that was begun; and a worker that traces fails.
    """
    folder.mkdir(exist_ok=True)
    return f"FOLDER, COUNT = {str(folder)!r}, {count}\n{HOLD}"


def held(client, folder, count=10_000):
    client.run(exec, hold(folder, count), {})


def shown(folder, pattern):
    """The first file of a name, as soon as it is there."""
    for _ in range(60_000):  # minutes: this only stops what hangs
        if found := list(folder.glob(pattern)):
            return found[0]
        time.sleep(0.01)
    raise AssertionError(f"{folder} has no {pattern}")


def unfinished(folder):
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


def test_it_listens_to_this_machine_alone(workers):
    """Whoever reaches a worker can run code in it."""
    psutil = pytest.importorskip("psutil")
    here = psutil.Process()
    listening = [
        found.laddr.ip
        for process in [here, *here.children(recursive=True)]
        for found in process.net_connections(kind="inet")
        if found.status == psutil.CONN_LISTEN
    ]
    assert len(listening) >= 3
    assert set(listening) == {"127.0.0.1"}


def test_all_frames_once_and_no_tracing(job, workers):
    whole = job.whole(LOOK)
    held(workers.client, job.folder / "held")
    dispatcher = Dispatcher(workers, {"a": job.plan(LOOK)})
    told = list(dispatcher.outcomes())
    assert {name for name, _ in told} == {"a"}
    assert sorted(o.frame for _, o in told) == list(range(1001, 1041))
    assert {o.status for _, o in told} == {"ok"}
    assert job.files() == whole
    assert set(counted(job.folder / "out").values()) == {1}
    assert len(list((job.folder / "out" / ".grade").glob("*.jsonl"))) == 2


def test_a_stop_ends_after_the_frames_in_flight(job, workers):
    begun = job.folder / "held"
    held(workers.client, begun, 6)
    dispatcher = Dispatcher(workers, {"a": job.plan(LOOK)})
    told = []
    for _, outcome in dispatcher.outcomes():
        told.append(outcome)
        if len(told) == 1:
            dispatcher.stop.set()
            (begun / "go").touch()
    assert len(told) <= 20, "no chunk was begun but the two of each worker that it had"
    assert 2 * len(told) == len(job.files())
    assert unfinished(job.folder / "out") == []
    held(workers.client, begun)
    rest = [o for _, o in Dispatcher(workers, {"a": job.plan(LOOK)}).outcomes()]
    assert len(rest) == 40
    assert sum(o.status == "kept" for o in rest) == len(told)
    assert set(counted(job.folder / "out").values()) == {1}


def test_a_worker_that_is_killed_costs_no_frame(job):
    whole = job.whole(LOOK)
    with open_cluster("local:2", "reference") as found:
        begun = job.folder / "held"
        held(found.client, begun, 6)  # in the second chunk
        dispatcher = Dispatcher(found, {"a": job.plan(LOOK)})
        told = []
        for _, outcome in dispatcher.outcomes():
            told.append(outcome)
            if len(told) == 1:
                victim = shown(begun, "*.6").stem
                os.kill(int(victim), signal.SIGKILL)
                (begun / "go").touch()
    assert sorted(o.frame for o in told) == list(range(1001, 1041))
    assert {o.status for o in told} <= {"ok", "kept"}
    assert job.files() == whole
    written = counted(job.folder / "out")
    assert len(written) == 80
    assert set(written.values()) == {1}
    assert unfinished(job.folder / "out") == []


def test_a_show_on_a_cluster(job, capsys):
    (job.folder / "two.show.yaml").write_text(SHOW)
    (job.folder / "shots.csv").write_text(
        "shot,frames,open.stops\na,1001-1006,0.1\nb,1003-1010,0.2\nc,2001,1\n"
    )
    words = ["render", str(job.folder / "two.show.yaml"), "--device", "reference", "--json"]
    assert main([*words, "--dask", "local:2"]) == 4
    said = capsys.readouterr()
    assert said.err.splitlines()[-1] == "done 14 failed 0 skipped 0 shots refused 1"
    data = json.loads(said.out)
    assert (data["shots"]["a"]["done"], data["shots"]["b"]["done"]) == (6, 8)
    there = job.files()
    for path in (job.folder / "out").glob("*.exr"):
        path.unlink()
    assert main(words) == 4
    capsys.readouterr()
    assert job.files() == there


def test_two_processes_share_a_scheduler(job):
    """The verb against a scheduler that somebody else started."""
    with open_cluster("local:1", "reference") as found:
        address = found.client.scheduler.address
        words = [sys.executable, "-m", "grade", "render", "dusk.grade.yaml", "plate/plate.####.exr"]
        words += ["far/g.####.exr", "--device", "reference", "--dask", address]
        words += ["--frames", "1001-1008"]
        done = subprocess.run(
            words, cwd=job.folder, env=child_environment(), capture_output=True, text=True
        )
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "done 8 failed 0 skipped 0"
    assert len(job.files("far")) == 8


def test_a_gpu_a_worker(monkeypatch):
    """Each sees one, by the names that this process may use; no more workers than GPUs."""
    monkeypatch.setattr("grade.farm.cluster.device_count", lambda: 2)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "5,7")

    def visible():
        return __import__("os").environ["CUDA_VISIBLE_DEVICES"]

    with open_cluster("local:3", "auto") as found:
        assert found.resources == {"GPU": 1.0}
        assert sorted(found.client.run(visible).values()) == ["5", "7"]
        workers = found.client.scheduler_info(n_workers=-1)["workers"].values()
        assert [worker["resources"] for worker in workers] == [{"GPU": 1}] * 2


def test_ctrl_c_finishes_what_is_in_flight(job):
    """A terminal sends it to the workers too."""
    begun, preload = job.folder / "held", job.folder / "preload.py"
    preload.write_text(hold(begun, 6))  # in its second chunk
    words = [sys.executable, "-c", PRELOADED, str(preload)]
    words += ["render", "dusk.grade.yaml", "plate/plate.####.exr"]
    words += ["int/g.####.exr", "--device", "reference", "--dask", "local:2"]
    how = {"cwd": job.folder, "env": child_environment(), "text": True, "start_new_session": True}
    child = subprocess.Popen(words, stderr=subprocess.PIPE, **how)
    said = []
    for line in child.stderr:
        said.append(line)
        if " ok " in line and " ok " not in "".join(said[:-1]):  # the first
            os.killpg(child.pid, signal.SIGINT)
        if line.startswith("stopping"):
            break
    (begun / "go").touch()
    said += child.stderr.readlines()  # communicate() would lose what is buffered already
    child.stderr.close()
    child.wait(timeout=600)
    assert child.returncode == 130, "".join(said)
    assert unfinished(job.folder / "int") == []
    assert len(job.files("int")) == sum(" ok " in line for line in said)


@pytest.mark.parametrize("text", ["local", "local:0", "local:x", "http://a:1", "8"])
def test_what_is_no_cluster_is_refused(text):
    with pytest.raises(FarmError, match="takes local:N"), open_cluster(text, "cpu"):
        pass


def test_a_scheduler_without_workers_is_waited_for(monkeypatch):
    monkeypatch.setattr("grade.farm.cluster._LINE_EVERY", 0.1)
    lines = []
    with distributed.LocalCluster(
        n_workers=0, processes=False, protocol="tcp", host="127.0.0.1",
        dashboard_address="127.0.0.1:0",
    ) as cluster:  # fmt: skip
        address = cluster.scheduler_address
        with (
            pytest.raises(TemporaryError, match=r"no worker in 0\.3 s; .* --wait"),
            open_cluster(address, "cpu", None, 0.3, lines.append),
        ):
            pass
        assert lines == [f"{address}: no worker yet, {waited} of 0.3 s" for waited in (0.1, 0.2)]

        def come(line):
            cluster.scale(1)

        with open_cluster(address, "cpu", None, 60, come) as found:
            assert found.workers == 1


def test_a_scheduler_that_is_not_there(monkeypatch):
    monkeypatch.setattr("grade.farm.cluster._PATIENCE", 1)
    with (
        pytest.raises(TemporaryError, match="is it running"),
        open_cluster("tcp://127.0.0.1:9", "cpu"),
    ):
        pass
