"""What a job leaves when it is killed or asked to stop: whole frames, or none, and true journals.

The sequence is small; the moments are random, from the first second of the process to its end.
"""

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

from .shot import child, write_look, write_plate

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


@pytest.fixture
def job(tmp_path):
    plate = write_plate(tmp_path / "plate", FRAMES, size=(54, 96))
    out = tmp_path / "out"
    out.mkdir()
    return "render", write_look(tmp_path), plate, out / "graded.####.exr"


def whole(folder):
    return {path.name: path.read_bytes() for path in folder.glob("[!.]*")}


def hidden(folder):
    return sorted(path.name for path in folder.glob(".*") if path.name != ".grade")


def begun(process, lines=1):
    """Wait until some frames are done; False if the job ended before."""
    return any(" ok " in line and (lines := lines - 1) == 0 for line in process.stderr)


def killed(job, chance, kills):
    """Kill jobs at random moments, forcing all to be done anew; return how many were at work."""
    hit = 0
    for _ in range(kills):
        process = child(*job, *(["--force"] if chance.random() < 0.5 else []))
        if begun(process, chance.randint(1, 6)):
            time.sleep(chance.uniform(0, 0.03))
        process.kill()
        process.communicate()
        hit += process.returncode == -signal.SIGKILL
    return hit


@pytest.mark.parametrize("kills", [8, pytest.param(50, marks=pytest.mark.full)])
def test_killed_at_random_it_never_shows_half_a_frame_and_resumes(job, tmp_path, kills):
    out = job[-1].parent
    with Watcher(out) as watcher:
        hit = killed(job, random.Random(kills), kills)
    assert hit >= kills // 2, "most kills must have struck a job at work"
    assert watcher.seen and not watcher.faults
    assert all(name.endswith(".part") for name in hidden(out))
    for path in out.glob(".*.part"):
        if not path.stat().st_size:  # killed between two calls: it does not say whose it is
            os.utime(path, (1e9, 1e9))
    again = child(*job)
    _, talk = again.communicate(timeout=60)
    assert again.returncode == 0, talk
    assert talk.splitlines()[-1] == f"done {len(FRAMES)} failed 0 skipped 0"
    fresh = tmp_path / "fresh"
    undisturbed = child(*job[:-1], fresh / "graded.####.exr")
    undisturbed.communicate(timeout=60)
    assert whole(fresh) == whole(out) and len(whole(out)) == len(FRAMES)
    assert not hidden(out), "claims and unfinished files of the dead are cleared away"
    verified = child("verify", job[-1])
    assert verified.communicate(timeout=60)[1].splitlines()[-1].startswith(f"good {len(FRAMES)} ")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT and SIGTERM for a child")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_asked_to_stop_it_finishes_what_is_in_flight(job, number, code):
    with child(*job) as process:
        assert begun(process)
        process.send_signal(number)
        rest = process.stderr.read().splitlines()
    assert process.returncode == code
    out = job[-1].parent
    written = whole(out)
    assert written and not hidden(out)
    assert rest[-1] == f"done {len(written)} failed 0 skipped 0"
    if len(written) < len(FRAMES):
        assert any(line.startswith("not begun: ") for line in rest)
    for path in out.glob("[!.]*"):
        read(path)
    assert {entry.row.file for entry in JournalReader(out).entries()} == set(written)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child")
def test_a_second_ctrl_c_stops_now(job):
    with child(*job) as process:
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


def rows_per_file(folder):
    """How many times each file was written, over all journals."""
    import json

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
@pytest.mark.parametrize("processes", [6, pytest.param(20, marks=pytest.mark.full)])
def test_many_processes_of_two_hosts_write_one_sequence_once(job, tmp_path, processes):
    """Each is told the whole range; some are killed, and another of their host takes over."""
    out, chance = job[-1].parent, random.Random(processes)
    asked = (*job, "--threads", "1", "--stale", "0.05")
    running = {}
    for number in range(processes):
        host = f"host{number % 2}"
        running[number] = child(*asked, environment={"GRADE_HOST": host})
    victims = chance.sample(range(processes), processes // 4)
    for number in victims:
        begun(running[number], chance.randint(1, 3))
        running[number].kill()
    ends = {number: process.communicate(timeout=300) for number, process in running.items()}
    for number, process in running.items():
        if number not in victims:
            assert process.returncode == 0, ends[number][1]
            assert ends[number][1].splitlines()[-1] == f"done {len(FRAMES)} failed 0 skipped 0"
    written = whole(out)
    assert len(written) == len(FRAMES)
    assert rows_per_file(out) == dict.fromkeys(written, 1)
    for path in out.glob(".*.part"):
        if not path.stat().st_size:
            os.utime(path, (1e9, 1e9))
    for host in ("host0", "host1"):  # each clears away what was left by the dead of its own
        child(*job, environment={"GRADE_HOST": host}).communicate(timeout=60)
    assert not hidden(out)
    hosts = {entry.header["holder"]["host"] for entry in JournalReader(out).entries()}
    assert hosts == {"host0", "host1"}
    fresh = tmp_path / "fresh"
    child(*job[:-1], fresh / "graded.####.exr").communicate(timeout=60)
    assert whole(fresh) == written
