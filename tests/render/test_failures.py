"""What goes wrong in the middle of a job: each named, each with its exit code, the rest intact."""

import errno
import json
import os
import sys

import pytest

from grade.io import read
from grade.render import frame_loader, stream
from grade.render.frame import delivery
from grade.render.ledger.file_identity import ReadGuard
from grade.render.ledger.journal_reader import JournalReader

from .shot import FIRST, LAST, child, pixels, write_plate

COUNT = LAST - FIRST + 1


def hidden(folder):
    return [path.name for path in folder.glob(".*") if path.name != ".grade"]


def test_one_output_that_fails_costs_no_other(shot, monkeypatch):
    """No lie either way: the master is there and known, the other is named and tried again."""
    small = shot.folder / "sdr" / "s.####.png"
    real = delivery.Frame.write

    def write(self, path, *words, **named):
        if "s.1003" in str(path):
            raise delivery.WriteError(f"{path}: not written: Input line too long")
        return real(self, path, *words, **named)

    monkeypatch.setattr(delivery.Frame, "write", write)
    asked = ("render", shot.look, shot.plate, shot.out, "-o", f"sdr={small}")
    done = shot.run(*asked, "--json")
    assert done.code == 4
    assert done.lines[-1] == f"done {COUNT - 1} failed 1 skipped 0"
    frame = next(f for f in json.loads(done.out)["frames"] if f["frame"] == 1003)
    assert frame["outputs"]["master"] == "ok" and "too long" in frame["outputs"]["sdr"]
    assert read(shot.out, 1003).frame == 1003
    assert JournalReader(shot.out.parent).entry("graded.1003.exr").row.status == "ok"
    row = JournalReader(small.parent).entry("s.1003.png").row
    assert (row.status, row.temporary) == ("failed", False) and "too long" in row.message
    monkeypatch.undo()
    stamp = shot.out.with_name("graded.1003.exr").stat().st_mtime_ns
    again = shot.run(*asked, "--json")
    assert json.loads(again.out)["kept"] == COUNT - 1 and again.code == 0
    assert shot.out.with_name("graded.1003.exr").stat().st_mtime_ns == stamp


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on the size of files")
def test_a_limit_on_the_size_of_files_is_named(shot):
    import resource

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (4000, 4000))

    # Under such a limit Python cuts its files of byte code short, for whoever comes next.
    own = {"environment": {"PYTHONDONTWRITEBYTECODE": "1"}, "preexec_fn": limited}
    with child("render", shot.look, shot.plate, shot.out, **own) as process:
        talk = process.stderr.read()
    assert process.returncode == 4, talk
    assert f"done 0 failed {COUNT} skipped 0" in talk and "File too large" in talk
    assert not list(shot.out.parent.glob("[!.]*")) and not hidden(shot.out.parent)


def test_a_source_that_vanishes_may_come_back(shot, monkeypatch):
    class Vanishing(ReadGuard):
        def __init__(self, path):
            super().__init__(path)
            if path.name == "plate.1005.exr":
                path.unlink()

    monkeypatch.setattr(frame_loader, "ReadGuard", Vanishing)
    done = shot.run("render", shot.look, shot.plate, shot.out)
    assert done.code == 75
    assert "plate.1005.exr: gone since the job began" in done.err
    assert done.lines[-1] == f"done {COUNT - 1} failed 1 skipped 0"
    assert not hidden(shot.out.parent)


@pytest.mark.parametrize("grows", [True, False])
def test_a_source_that_changes_while_it_is_read_is_not_believed(shot, monkeypatch, grows):
    class Changing(ReadGuard):
        def digest(self):
            if self.path.name == "plate.1005.exr" and grows:
                with open(self.path, "ab") as file:
                    file.write(b"more")
            elif self.path.name == "plate.1005.exr":
                os.utime(self.path, ns=(1, self.path.stat().st_mtime_ns + 1))
            return super().digest()

    monkeypatch.setattr(frame_loader, "ReadGuard", Changing)
    done = shot.run("render", shot.look, shot.plate, shot.out)
    assert done.code == 75
    assert "plate.1005.exr: changed while it was read" in done.err
    assert len(list(shot.out.parent.glob("[!.]*"))) == COUNT - 1


def test_a_full_disk_at_the_journal_is_no_frame_done(shot, monkeypatch):
    real = os.write

    def full(descriptor, data):
        if b'"frame":1002' in bytes(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(descriptor, data)

    monkeypatch.setattr(os, "write", full)
    done = shot.run("render", shot.look, shot.plate, shot.out, "--threads", 1)
    assert done.code == 75 and "No space left" in done.err and "not begun: " in done.err
    monkeypatch.undo()
    assert not hidden(shot.out.parent)
    again = shot.run("render", shot.look, shot.plate, shot.out)
    assert (again.code, again.lines[-1]) == (0, f"done {COUNT} failed 0 skipped 0")
    assert shot.run("verify", shot.out).code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="a small file system is mounted")
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root may mount")
def test_a_disk_that_is_full_indeed(shot):
    import subprocess

    place = shot.folder / "small"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if mounted.returncode:
        pytest.skip(f"nothing can be mounted here: {mounted.stderr.strip()}")
    try:
        plate = write_plate(shot.folder / "noise", range(1, 31))
        done = shot.run("render", shot.look, plate, place / "g.####.exr")
        assert done.code == 75, done.err
        assert "No space left" in done.err and "not begun" in done.err
        assert not hidden(place)
        whole = list(place.glob("[!.]*"))
        assert whole
        for path in whole:
            read(path)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_folder_that_is_taken_away_is_named(shot, monkeypatch):
    real = stream.Stream._grade

    def remove(self, item):
        real(self, item)
        if item.task.number == 1004:
            shot.out.parent.rename(shot.folder / "away")

    monkeypatch.setattr(stream.Stream, "_grade", remove)
    done = shot.run("render", shot.look, shot.plate, shot.out, "--threads", 1)
    assert done.code == 75
    assert "the folder is gone; try again" in done.err and "not begun: " in done.err


def test_damage_is_named_and_the_same_frame_is_done_when_it_is_whole(shot):
    path = shot.plate.with_name("plate.1009.exr")
    whole = path.read_bytes()
    path.write_bytes(whole[:700])
    done = shot.run("render", shot.look, shot.plate, shot.out)
    assert done.code == 4 and "1009 failed" in done.err
    path.write_bytes(whole)
    done = shot.run("render", shot.look, shot.plate, shot.out, "--json")
    assert done.code == 0 and json.loads(done.out)["kept"] == COUNT - 1
    assert pixels(1009).shape == read(shot.out, 1009).pixels.shape
