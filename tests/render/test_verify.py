"""`grade verify` and `grade status`: what they find, what they say, which exit code."""

import json
import os
import shutil

import numpy as np
import pytest

from grade.io import read
from grade.render.ledger.claim import Claims, claim_path
from grade.render.ledger.process_identity import this_process
from grade.render.verify import parse_share

from .shot import FIRST, LAST, LOOK, write_look, write_plate

COUNT = LAST - FIRST + 1


@pytest.fixture
def done(shot):
    small = shot.folder / "sdr" / "s.####.png"
    asked = ("render", shot.look, shot.plate, shot.out, "-o", f"sdr={small}")
    assert shot.run(*asked, "--compression", "dwaa:45").code == 0
    shot.small = small
    return shot


def test_what_was_written_is_good(done):
    for pattern in (done.out, done.small):
        found = done.run("verify", pattern)
        assert (found.code, found.lines[-1]) == (0, f"good {COUNT} bad 0 graded again 0"), found.err


def test_of_a_folder_the_files_in_it_are_named(done):
    found = done.run("verify", done.out.parent)
    assert found.code == 2 and f"a folder; name the files in it, as in {done.out}" in found.err


def test_every_fault_is_named_with_its_frame(done):
    folder = done.out.parent
    flipped = bytearray((folder / "graded.1002.exr").read_bytes())
    flipped[-100] ^= 1
    (folder / "graded.1002.exr").write_bytes(flipped)
    (folder / "graded.1003.exr").unlink()
    shutil.copyfile(folder / "graded.1005.exr", folder / "graded.1004.exr")
    again = read(folder / "graded.1006.exr").with_attributes({"note": "hello"})
    again.write(folder / "graded.1006.exr", compression="none")
    (folder / "graded.1007.exr").write_bytes(b"")
    found = done.run("verify", done.out, "--json")
    assert found.code == 3
    assert f"{done.out}: not as written: 1002-1004,1006-1007" in found.err
    faults = {file["frame"]: file["faults"] for file in json.loads(found.out)["files"]}
    assert faults[1003] == ["is gone"]
    assert "its header says frame 1005, the journal 1004" in faults[1004]
    assert faults[1006] == ["the bytes of the file are not those that were written"]
    assert any("cannot be read" in fault for fault in faults[1007])
    assert faults[1001] == []


def test_frames_that_nobody_wrote_are_named(shot):
    path = shot.plate.with_name("plate.1005.exr")
    path.write_bytes(path.read_bytes()[:900])
    assert shot.run("render", shot.look, shot.plate, shot.out).code == 4
    found = shot.run("verify", shot.out)
    assert found.code == 3 and "graded.1005.exr: failed: " in found.err


@pytest.mark.parametrize("output", ["out", "small"])
def test_a_sample_is_graded_again_here(done, output):
    """DWAA loses: what is done again goes through the same file format."""
    pattern = getattr(done, output)
    asked = ("verify", pattern, "--sample", "30%", "--look", done.look)
    # The plate was graded by the reference, this is the CPU: they agree where half rounds alike.
    assert done.run("render", done.look, done.plate, done.out, "-o", f"sdr={done.small}", "--force",
                    "--compression", "dwaa:45", device="cpu").code == 0  # fmt: skip
    first, second = done.run(*asked, "--json"), done.run(*asked, "--json")
    assert first.code == 0, first.err
    files = json.loads(first.out)["files"]
    assert sum(file["sampled"] for file in files) == 4
    assert json.loads(second.out)["files"] == files


def test_a_sample_finds_pixels_that_the_look_does_not_make(done):
    """A journal that agrees with the file, and a file that nobody's look has made."""
    assert done.run("render", done.look, done.plate, done.out, "--force", device="cpu").code == 0
    (journal,) = sorted((done.out.parent / ".grade").glob("*.jsonl"))[-1:]
    lines = [json.loads(line) for line in journal.read_text().splitlines()]
    for row in lines[1:]:
        row["knobs"]["open.stops"] = 0.75
    journal.write_text("".join(json.dumps(line) + "\n" for line in lines))
    asked = ("verify", done.out, "--sample", "1", "--look")
    found = done.run(*asked, done.look)
    assert found.code == 3 and "graded again here, the pixels differ" in found.err
    text = LOOK.replace("  trim:", "  lift: {op: contrast, contrast: 1.1}\n  trim:")
    other = done.run(*asked, write_look(done.folder, text, "other.yaml"))
    assert other.code == 3 and "the look has another program" in other.err
    write_plate(done.plate.parent, [1001], size=(36, 66))
    assert "the source has changed" in done.run(*asked, done.look).err


@pytest.mark.parametrize("text", ["0", "101%", "some", "-1%"])
def test_a_share_that_is_none_is_refused(text):
    from grade.errors import RequestError

    with pytest.raises(RequestError, match="--sample"):
        parse_share(text)


def test_without_a_journal_there_is_nothing_to_say(shot):
    for verb in ("verify", "status"):
        found = shot.run(verb, shot.plate)
        assert found.code == 2 and "no journal of grade" in found.err
    assert shot.run("verify", shot.plate, "--sample", "1%").code == 2


def test_status_tells_what_is_done_claimed_failed_and_missing(done):
    folder = done.out.parent
    (folder / "graded.1003.exr").unlink()
    claims = Claims(this_process())
    taken = claims.take(folder / "graded.1003.exr")
    path = done.plate.with_name("plate.1008.exr")
    path.write_bytes(path.read_bytes()[:900])
    (folder / "graded.1008.exr").unlink()
    found = json.loads(done.run("status", done.out, "--json").out)
    assert (found[0]["done"], found[0]["missing"]) == (COUNT - 2, "1003,1008")
    assert found[0]["wanted"] == f"{FIRST}-{LAST}" and found[0]["look"] == "dusk"
    assert found[0]["claimed"][0]["frame"] == 1003 and not found[0]["claimed"][0]["stale"]
    assert found[0]["hosts"] == {this_process().host: COUNT - 2}
    assert found[0]["rate"] > 0 and found[0]["seconds_left"] > 0
    claims.release(taken)
    assert not claim_path(folder / "graded.1003.exr").exists()
    asked = ("render", done.look, done.plate, done.out, "--compression", "dwaa:45")
    assert done.run(*asked).code == 4
    said = done.run("status", folder).out
    assert f"{COUNT - 1} of {COUNT} frames are there" in said and "1008 failed: " in said


def test_a_claim_that_is_never_given_up_is_reported(shot):
    from dataclasses import replace

    shot.out.parent.mkdir()
    other = Claims(replace(this_process(), host="elsewhere"))
    claim = other.take(shot.out.with_name("graded.1004.exr"))
    os.utime(claim.path, (4e9, 4e9))  # touched as if by one that lives on, however slow this is
    found = shot.run("render", shot.look, shot.plate, shot.out, "--stale", "0.02")
    assert found.code == 75
    assert "waiting for frames that others claim: 1004" in found.err
    assert "1004 claimed by elsewhere process" in found.err
    assert found.lines[-1] == f"done {COUNT - 1} failed 0 skipped 0 claimed 1"
    assert not (shot.out.parent / "graded.1004.exr").exists()
    assert np.isfinite(read(shot.out, FIRST).pixels.astype(np.float32)).all()
