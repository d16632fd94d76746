"""Claims: one holder at a time, a dead one is replaced at once, a living one never."""

import errno
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import replace

import pytest

from grade.io import TemporaryWriteError
from grade.render.ledger import claim
from grade.render.ledger.claim import Claims, claim_path, read_claim
from grade.render.ledger.process_identity import ProcessIdentity, this_process

HERE = this_process()
OTHER = replace(HERE, host="elsewhere")
STALE = 900.0


@pytest.fixture
def final(tmp_path):
    return tmp_path / "sh.1001.exr"


@pytest.fixture(scope="module")
def ended():
    """A process that was on this machine."""
    code = (
        "from grade.render.ledger.process_identity import this_process; import json;"
        "print(json.dumps(this_process().data()))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return ProcessIdentity.from_data(json.loads(done.stdout))


def test_a_claim_says_who_holds_it_and_is_exclusive(final):
    claims = Claims(HERE, STALE)
    taken = claims.take(final)
    assert claim_path(final).name == ".sh.1001.exr.part"
    assert read_claim(final).holder == HERE
    assert Claims(HERE, STALE).take(final) is None
    assert [path.name for path in final.parent.iterdir()] == [".sh.1001.exr.part"]
    claims.release(taken)
    assert not list(final.parent.iterdir())
    assert Claims(HERE, STALE).take(final) is not None


def test_a_claim_of_a_process_that_is_gone_is_taken_at_once(final, ended):
    Claims(ended, STALE).take(final)
    left = final.with_name(f".{final.name}.{ended.pid}.3.part")
    left.write_bytes(b"half")
    assert Claims(HERE, STALE).take(final) is not None
    assert read_claim(final).holder == HERE
    assert not left.exists()


@pytest.mark.parametrize(
    ("holder", "gone"),
    [
        (HERE, False),
        (replace(HERE, start="1"), True),  # the number was given to another process since
        (replace(HERE, boot="an earlier one", pid=1), True),
        (OTHER, None),
        (replace(HERE, space="pid:[1]", pid=1), None),  # another container on this machine
    ],
)
def test_what_can_be_told_of_a_holder(holder, gone):
    if not HERE.boot or not HERE.start:
        pytest.skip("this platform tells neither boots nor starts of processes")
    assert holder.is_gone(HERE) is gone


def test_a_claim_of_another_host_counts_until_it_is_silent_for_long(final):
    other = Claims(OTHER, STALE)
    other.take(final)
    assert Claims(HERE, STALE).take(final) is None
    old = time.time() - STALE - 5
    os.utime(claim_path(final), (old, old))
    other.touch()
    assert Claims(HERE, STALE).take(final) is None
    os.utime(claim_path(final), (old, old))
    assert Claims(HERE, STALE).take(final) is not None


def test_a_claim_that_cannot_be_read_counts_until_it_is_old(final):
    claim_path(final).write_bytes(b"")
    assert Claims(HERE, STALE).take(final) is None
    os.utime(claim_path(final), (1e9, 1e9))
    assert Claims(HERE, STALE).take(final) is not None


def test_who_was_given_up_does_not_remove_the_claim_of_another(final):
    sleeper = Claims(OTHER, STALE)
    lost = sleeper.take(final)
    os.utime(claim_path(final), (1e9, 1e9))
    assert Claims(HERE, STALE).take(final) is not None
    sleeper.release(lost)
    assert read_claim(final).holder == HERE


@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("depth", [0, 1])
def test_of_many_that_find_it_stale_one_gets_it(final, ended, links, depth, monkeypatch):
    if not links:

        def refuse(*_):
            raise OSError(errno.EPERM, "no links here")

        monkeypatch.setattr(os, "link", refuse)
    Claims(ended, STALE).take(final)
    if depth:  # somebody was killed while taking it over
        mine = claim_path(final).read_bytes()
        claim_path(final).with_name(f".{final.name}.taken.part").write_bytes(mine)
    for _ in range(5):
        start, won = threading.Barrier(8), []

        def race(start=start, won=won):
            claims = Claims(HERE, STALE)
            start.wait()
            taken = claims.take(final)
            if taken is not None:
                won.append((claims, taken))

        threads = [threading.Thread(target=race) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) <= 1
        if won:
            break
    assert len(won) == 1
    assert read_claim(final).holder == HERE
    assert [path.name for path in final.parent.iterdir()] == [".sh.1001.exr.part"]


def test_who_leaves_at_once_leaves_nothing(final):
    claims = Claims(HERE, STALE)
    claims.take(final)
    final.with_name(f".{final.name}.{HERE.pid}.1.part").write_bytes(b"half")
    claims.abandon()
    assert not list(final.parent.iterdir())


@pytest.mark.parametrize("written", ["nothing", "half", "all"])
def test_a_claim_that_was_being_written_is_swept_at_once_if_its_process_is_gone(
    final, ended, written, monkeypatch
):
    """Killed between making the file and writing in it, it has its maker in its name."""

    def killed(path, text, **_):
        path.write_bytes(text.encode()[: {"nothing": 0, "half": 20, "all": None}[written]])
        raise KeyboardInterrupt

    def left_by(holder):
        with monkeypatch.context() as patch:
            patch.setattr(claim.Path, "write_text", killed)
            patch.setattr(claim.Path, "unlink", lambda *_, **__: None)
            with pytest.raises(KeyboardInterrupt):
                Claims(holder, STALE).take(final)
        return set(final.parent.iterdir())

    left = left_by(replace(ended, host="elsewhere")) | left_by(HERE)
    assert len(left_by(ended) - left) == 1
    Claims(HERE, STALE).sweep(final.parent)
    assert set(final.parent.iterdir()) == left, "of a living one, and of one that nobody can judge"
    for path in left:
        os.utime(path, (1e9, 1e9))
    Claims(HERE, STALE).sweep(final.parent)
    assert set(final.parent.iterdir()) == (left if written == "all" else set())


def test_a_full_disk_is_named(final, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(claim.Path, "write_text", full)
    with pytest.raises(TemporaryWriteError, match=r"sh\.1001\.exr: not written: No space"):
        Claims(HERE, STALE).take(final)
