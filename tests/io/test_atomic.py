import errno
import os
from pathlib import Path

import pytest

from grade.errors import GradeError, TemporaryError
from grade.io import (
    Frame,
    PatternError,
    TemporaryWriteError,
    UnsupportedError,
    WriteError,
    WriteOptions,
    atomic_write,
    format_for,
)

from .pictures import picture


def test_appears_whole(tmp_path: Path) -> None:
    target = tmp_path / "a.1001.exr"
    with atomic_write(target) as part:
        assert part.parent == tmp_path and part.name.startswith(".") and part.suffix == ".part"
        assert not target.exists()
        part.write_bytes(b"new")
    assert target.read_bytes() == b"new" and os.listdir(tmp_path) == ["a.1001.exr"]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, SystemExit])
def test_a_failure_leaves_everything_as_it_was(tmp_path: Path, error: type[BaseException]) -> None:
    target = tmp_path / "a.exr"
    target.write_bytes(b"old")
    with pytest.raises(error), atomic_write(target) as part:
        part.write_bytes(b"half of the n")
        raise error
    assert target.read_bytes() == b"old" and os.listdir(tmp_path) == ["a.exr"]


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, TemporaryWriteError, 75),
        (errno.EIO, TemporaryWriteError, 75),
        (errno.EACCES, WriteError, 2),
    ],
)
def test_errors_of_the_disk_are_typed(
    tmp_path: Path, number: int, kind: type[GradeError], code: int
) -> None:
    expected = pytest.raises(kind, match=r"a\.exr: not written")
    with expected as caught, atomic_write(tmp_path / "a.exr"):
        raise OSError(number, os.strerror(number))
    assert caught.value.exit_code == code
    assert isinstance(caught.value, TemporaryError) == (code == 75)
    assert os.listdir(tmp_path) == []


@pytest.mark.parametrize("suffix", ["exr", "png"])
def test_frame_write_failures_leave_nothing(
    tmp_path: Path, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = picture()
    with pytest.raises(WriteError, match="create it first"):
        frame.write(tmp_path / "absent" / f"a.{suffix}")
    (tmp_path / f"d.{suffix}").mkdir()
    with pytest.raises(WriteError):
        frame.write(tmp_path / f"d.{suffix}")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(TemporaryWriteError, match="free some space"):
        frame.write(tmp_path / f"a.{suffix}")
    assert os.listdir(tmp_path) == [f"d.{suffix}"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
@pytest.mark.parametrize("suffix", ["exr", "png"])
def test_a_full_disk_is_noticed_by_the_writer(suffix: str) -> None:
    format_ = format_for(Path(f"a.{suffix}"))
    for size in (4, 300):  # noticed on closing, and in the middle
        with pytest.raises(OSError, match=r".") as caught:
            format_.write(picture(size), Path("/dev/full"), WriteOptions())
        assert caught.value.errno == errno.ENOSPC


def test_requests_are_refused_before_anything_is_touched(tmp_path: Path) -> None:
    frame: Frame = picture()
    with pytest.raises(UnsupportedError, match=r"unknown file type \.tga; known are .*\.exr"):
        frame.write(tmp_path / "a.tga")
    with pytest.raises(UnsupportedError, match="OpenEXR has no bits 10; it has half, float"):
        frame.write(tmp_path / "a.exr", bits=10)
    with pytest.raises(UnsupportedError, match="no compression lzw"):
        frame.write(tmp_path / "a.exr", compression="lzw")
    with pytest.raises(UnsupportedError, match="only dwaa and dwab have a level"):
        frame.write(tmp_path / "a.exr", compression="zip:3")
    with pytest.raises(PatternError, match="no number"):
        frame.write(tmp_path / "a.####.exr")
    assert os.listdir(tmp_path) == []
