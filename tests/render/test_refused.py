"""Requests that can never come true are refused before the first frame, with a remedy."""

import pytest

from .shot import FIRST


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("g.####.cin", "Cineon is read and not written; write DPX"),
        ("g.####.heic", "HEIF is read and not written; write .avif, .png or .tif"),
    ],
)
def test_a_format_that_is_read_only(shot, name, remedy):
    target = shot.out.with_name(name)
    for more in ((), ("--dry-run",), ("--as-is", "--compression", "none")):
        done = shot.run("render", shot.look, shot.plate, target, *more)
        assert done.code == 2 and remedy in done.err
    assert not shot.out.parent.exists()


def test_what_is_known_of_outputs_can_be_written(shot):
    done = shot.run("render", shot.look, shot.plate, shot.out.with_suffix(".xyz"))
    known = done.err.partition("known are ")[2]
    assert done.code == 2
    assert ".exr" in known and ".mov" in known and ".cin" not in known and ".hei" not in known


def test_a_folder_is_no_plate(shot):
    for text in (shot.plate.parent, f"{shot.plate.parent}/"):
        done = shot.run("render", shot.look, text, shot.out)
        assert done.code == 2
        assert f"{shot.plate.parent}: is a folder; name a pattern, such as {shot.plate}" in done.err
        assert f"in it are {shot.plate} {FIRST}-1012" in done.err
    empty = shot.folder / "empty"
    empty.mkdir()
    done = shot.run("render", shot.look, empty, shot.out)
    assert done.code == 2 and f"{empty}/name.####.exr; there is no numbered picture" in done.err


def test_memory_of_a_device(shot):
    asked = ("render", shot.look, shot.plate, shot.out)
    small = shot.run(*asked, "--gpu-memory", "10K")
    assert small.code == 2 and "--gpu-memory 10.0K: one frame of this plate takes" in small.err
    wrong = shot.run(*asked, "--gpu-memory", "much")
    assert wrong.code == 2 and "--gpu-memory much: takes a size such as 8G" in wrong.err
    assert shot.run(*asked, "--gpu-memory", "1G").code == 0


def test_there_is_one_mode(shot):
    asked = ("render", shot.look, shot.plate, shot.out)
    fast = shot.run(*asked, "--mode", "fast")
    assert fast.code == 2 and "--mode = 'fast': allowed is exact" in fast.err
    assert shot.run(*asked, "--mode", "exact", "--dry-run").code == 0
