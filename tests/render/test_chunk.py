"""`--chunk`: shares of a job are disjoint and together the whole, byte for byte."""

import pytest

from .shot import write_look

MOVING = """\
grade: 2
look: moving
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input: ACES2065-1
working: ACEScct
time: shot
nodes:
  open: {op: exposure, stops: {0: 0.0, 10: 2.0}}
outputs:
  master: {from: open, space: ACES2065-1}
"""


def files(folder):
    return {path.name: path.read_bytes() for path in folder.glob("*.exr")}


@pytest.mark.parametrize("count", [1, 5, 12, 30])
def test_shares_are_the_whole_byte_for_byte(shot, count):
    look = write_look(shot.folder, MOVING)
    whole = shot.folder / "whole"
    assert shot.run("render", look, shot.plate, whole / "g.####.exr").code == 0
    seen = {}
    for number in range(1, count + 1):
        share = shot.folder / f"share{number}"
        words = ("render", look, shot.plate, share / "g.####.exr", "--chunk", f"{number}/{count}")
        done = shot.run(*words)
        found = files(share)
        assert done.code == 0, done.err
        assert done.lines[-1] == f"done {len(found)} failed 0 skipped 0"
        assert not seen.keys() & found.keys()
        seen |= found
    assert len(seen) == 12
    assert seen == files(whole)


def test_a_share_of_some_frames_keeps_the_time_of_the_shot(shot):
    """As Open Job Description writes them: ``:`` is a step."""
    look = write_look(shot.folder, MOVING)
    some = shot.folder / "some"
    whole = shot.folder / "whole"
    assert shot.run("render", look, shot.plate, whole / "g.####.exr").code == 0
    done = shot.run("render", look, shot.plate, some / "g.####.exr", "--frames", "1004,1006-1012:3")
    assert done.code == 0
    found, every = files(some), files(whole)
    assert sorted(found) == [f"g.{n}.exr" for n in (1004, 1006, 1009, 1012)]
    assert all(every[name] == data for name, data in found.items())


def test_a_share_that_lies_in_a_gap_names_it(shot):
    for number in (1004, 1005, 1006):
        (shot.folder / "plate" / f"plate.{number}.exr").unlink()
    done = shot.run("render", shot.look, shot.plate, shot.out, "--chunk", "2/4")
    assert done.code == 4
    assert "missing: 1004-1006" in done.err
    done = shot.run(
        "render", shot.look, shot.plate, shot.out, "--chunk", "1/4", "--missing", "error"
    )
    assert (done.code, "1004-1006" in done.err) == (2, True)


@pytest.mark.parametrize("text", ["0/4", "5/4", "1", "a/b", "1/0"])
def test_a_share_that_is_none_is_refused(shot, text):
    done = shot.run("render", shot.look, shot.plate, shot.out, "--chunk", text)
    assert done.code == 2
    assert "write NUMBER/COUNT" in done.err
