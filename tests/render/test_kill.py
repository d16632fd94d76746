"""What a job leaves when it is killed or asked to stop: whole frames, or none, and true journals.

The sequence is small; the moments are random, from the first second of the process to its end.
"""

import json
import os
import random
import re
import signal
import threading
import time
from collections import Counter

import pytest

from grade.io import read
from grade.render.ledger.journal_reader import JournalReader

from .shot import child, held_child, write_look, write_plate

FRAMES = range(1001, 1081)


class Watcher:
    """Reads every file as soon as it shows under a final name; keeps what was not whole."""

    def __init__(self, folder):
        self.folder, self.faults, self.seen = folder, [], set()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._watch)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._thread.join()

    def _watch(self):
        while not self._end.wait(0.01):
            for path in self.folder.glob("[!.]*"):
                state = path.stat()
                if (path.name, state.st_mtime_ns) in self.seen:
                    continue
                self.seen.add((path.name, state.st_mtime_ns))
                try:
                    read(path)
                except Exception as error:
                    self.faults.append(f"{path.name}: {error}")


@pytest.fixture(scope="module")
def given(tmp_path_factory):
    """The command without its output."""
    folder = tmp_path_factory.mktemp("given")
    return "render", write_look(folder), write_plate(folder / "plate", FRAMES, size=(54, 96))


@pytest.fixture(scope="module")
def undisturbed(given, tmp_path_factory):
    """What a job writes that nobody kills."""
    folder = tmp_path_factory.mktemp("undisturbed")
    _, talk = child(*given, folder / "graded.####.exr").communicate(timeout=600)
    assert len(whole(folder)) == len(FRAMES), talk
    return whole(folder)


@pytest.fixture
def job(given, tmp_path):
    (tmp_path / "out").mkdir()
    return *given, tmp_path / "out" / "graded.####.exr"


def whole(folder):
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*")}


def hidden(folder):
    return sorted(path.name for path in folder.glob(".*") if path.name != ".grade")


def begun(process, lines=1):
    """Wait until some frames are done; False if the job ended before."""
    return any(" ok " in line and (lines := lines - 1) == 0 for line in process.stderr)


def killed(job, chance, kills):
    """Kill so many jobs at work, at random moments; some resume, some do all anew."""
    hit = 0
    while hit < kills:
        resume = chance.random() < 0.5 and len(whole(job[-1].parent)) < len(FRAMES)
        process = child(*job, *([] if resume else ["--force"]))
        if begun(process, chance.randint(1, 6)):
            time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.communicate()
        hit += process.returncode == -signal.SIGKILL  # else it was done before


@pytest.mark.parametrize("kills", [3, pytest.param(50, marks=pytest.mark.full)])
def test_killed_at_random_it_never_shows_half_a_frame_and_resumes(job, undisturbed, kills):
    out = job[-1].parent
    with Watcher(out) as watcher:
        killed(job, random.Random(kills), kills)
    assert watcher.seen and not watcher.faults
    assert all(name.endswith(".part") for name in hidden(out))
    again = child(*job)
    _, talk = again.communicate(timeout=600)
    assert again.returncode == 0, talk
    assert talk.splitlines()[-1] == f"done {len(FRAMES)} failed 0 skipped 0"
    assert whole(out) == undisturbed
    assert not hidden(out), "claims and unfinished files of the dead are cleared away"
    verified = child("verify", job[-1])
    assert verified.communicate(timeout=600)[1].splitlines()[-1].startswith(f"good {len(FRAMES)} ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT and SIGTERM for a child")
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 143)])
def test_asked_to_stop_it_finishes_what_is_in_flight(job, tmp_path, name, code):
    gate = tmp_path / "gate"
    with held_child(gate, *job) as process:
        assert begun(process)
        process.send_signal(getattr(signal, name))
        assert any("frames in flight" in line for line in process.stderr)
        gate.touch()
        rest = process.stderr.read().splitlines()
    assert process.returncode == code
    out = job[-1].parent
    written = whole(out)
    assert written and not hidden(out)
    assert rest[-1] == f"done {len(written)} failed 0 skipped 0"
    assert any(line.startswith("not begun: ") for line in rest)
    for path in out.glob("[!.]*"):
        read(path)
    assert {entry.row.file for entry in JournalReader(out).entries()} == set(written)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child")
def test_a_second_ctrl_c_stops_now(job, tmp_path):
    report = tmp_path / "report.json"
    with held_child(tmp_path / "never", *job, "--report", report) as process:
        assert begun(process)
        process.send_signal(signal.SIGINT)
        for line in process.stderr:
            if "Ctrl-C again" in line:
                break
        process.send_signal(signal.SIGINT)
        rest = process.stderr.read().splitlines()
    assert process.returncode == 130
    assert re.fullmatch(r"done \d+ failed 0 skipped 0", rest[-1])
    assert not hidden(job[-1].parent)
    said = json.loads(report.read_text())
    assert said["exit_code"] == 130
    assert rest[-1] == f"done {said['done']} failed 0 skipped 0"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGHUP")
def test_nohup_is_kept(job, tmp_path):
    gate = tmp_path / "gate"
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as nohup does for its child
    try:
        process = held_child(gate, *job)
    finally:
        signal.signal(signal.SIGHUP, before)
    with process:
        assert begun(process)
        process.send_signal(signal.SIGHUP)
        gate.touch()
        process.communicate(timeout=600)
    assert process.returncode == 0
    assert len(whole(job[-1].parent)) == len(FRAMES)


def rows_per_file(folder):
    """How many times each file was written, over all journals."""
    counts = Counter()
    for journal in (folder / ".grade").glob("*.jsonl"):
        for line in journal.read_bytes().splitlines():
            try:
                row = json.loads(line)
            except ValueError:
                continue
            counts[row.get("file")] += row.get("status") == "ok"
    return {name: count for name, count in counts.items() if name}


@pytest.mark.skipif(os.name == "nt", reason="a process of Windows cannot be judged by its number")
@pytest.mark.parametrize("processes", [4, pytest.param(20, marks=pytest.mark.full)])
def test_many_processes_of_two_hosts_write_one_sequence_once(job, undisturbed, processes):
    """Each is told the whole range; some are killed, and another of their host takes over."""
    out, chance = job[-1].parent, random.Random(processes)
    asked = (*job, "--threads", "1", "--stale", "5")
    running = {}
    for number in range(processes):
        host = f"host{number % 2}"
        running[number] = child(*asked, environment={"GRADE_HOST": host})
    victims = chance.sample(range(processes), processes // 4)
    for number in victims:
        begun(running[number], chance.randint(1, 3))
        running[number].kill()
    ends = {number: process.communicate(timeout=600) for number, process in running.items()}
    for number, process in running.items():
        if number not in victims:
            assert process.returncode == 0, ends[number][1]
            assert ends[number][1].splitlines()[-1] == f"done {len(FRAMES)} failed 0 skipped 0"
    written = whole(out)
    assert len(written) == len(FRAMES)
    assert rows_per_file(out) == dict.fromkeys(written, 1)
    for host in ("host0", "host1"):  # each clears away what was left by the dead of its own
        child(*job, environment={"GRADE_HOST": host}).communicate(timeout=600)
    assert not hidden(out)
    hosts = {entry.header["holder"]["host"] for entry in JournalReader(out).entries()}
    assert hosts == {"host0", "host1"}
    assert written == undisturbed
