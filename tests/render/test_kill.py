"""What a job leaves when it is killed or asked to stop: whole frames, or none."""

import os
import random
import signal
import threading
import time

import pytest

from grade.io import read

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
        while not self._end.wait(0.005):
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


def begun(process, lines=1):
    """Wait until some frames are done; False if the job ended before."""
    return any(" ok " in line and (lines := lines - 1) == 0 for line in process.stderr)


def test_killed_ten_times_it_never_shows_half_a_frame(job, tmp_path):
    chance = random.Random(20)
    out = job[-1].parent
    hit = 0
    with Watcher(out) as watcher:
        for _ in range(10):
            process = child(*job)
            if begun(process, chance.randint(1, 20)):
                time.sleep(chance.uniform(0, 0.02))
            process.kill()
            process.communicate()
            hit += process.returncode == -signal.SIGKILL
    assert hit >= 8, "most kills must have struck a job at work"
    assert watcher.seen and not watcher.faults
    assert all(path.name.endswith(".part") for path in out.glob(".*"))
    again = child(*job)
    _, talk = again.communicate(timeout=60)
    assert again.returncode == 0, talk
    assert talk.splitlines()[-1] == f"done {len(FRAMES)} failed 0 skipped 0"
    fresh = tmp_path / "fresh"
    undisturbed = child(*job[:-1], fresh / "graded.####.exr")
    undisturbed.communicate(timeout=60)
    assert whole(fresh) == whole(out) and len(whole(out)) == len(FRAMES)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT and SIGTERM for a child")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_asked_to_stop_it_finishes_what_is_in_flight(job, number, code):
    with child(*job) as process:
        assert begun(process)
        process.send_signal(number)
        rest = process.stderr.read().splitlines()
    assert process.returncode == code
    out = job[-1].parent
    written = [path.name for path in out.iterdir()]
    assert written and not [name for name in written if name.startswith(".")]
    assert rest[-1] == f"done {len(written)} failed 0 skipped 0"
    if len(written) < len(FRAMES):
        assert any(line.startswith("not begun: ") for line in rest)
    for path in out.iterdir():
        read(path)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no SIGINT for a child")
def test_a_second_ctrl_c_stops_now(job):
    with child(*job) as process:
        assert begun(process)
        process.send_signal(signal.SIGINT)
        for line in process.stderr:
            if "Ctrl-C again" in line:
                break
        process.send_signal(signal.SIGINT)
    assert process.returncode == 130
    assert not [path for path in job[-1].parent.iterdir() if path.name.startswith(".")]
