"""Words to shuffled differences and back, against the same by NumPy, and by hand."""

from typing import Any

import numpy as np
import pytest

from grade.io.formats.exr.byte_shuffle import ByteShuffler


def by_numpy(planes: list[Any], first: int, end: int) -> Any:
    lines = [plane[first:end].view(np.uint8).reshape(end - first, -1) for plane in planes]
    raw = np.concatenate(lines, axis=1).reshape(-1)
    parted = np.concatenate([raw[::2], raw[1::2]])
    found = parted.copy()
    found[1:] = parted[1:] - parted[:-1] + np.uint8(128)
    return found


def noise(width: int, *kinds: Any) -> list[Any]:
    random = np.random.default_rng(width)
    return [
        random.integers(0, 256, (20, width * np.dtype(kind).itemsize), np.uint8).view(kind)
        for kind in kinds
    ]


def test_four_words_by_hand() -> None:
    words = np.array([[0x0102, 0x0304, 0x0305, 0x0000]], np.uint16)
    stored = np.empty(8, np.uint8)
    ByteShuffler([words]).shuffle(0, 1, stored)
    assert stored.tolist() == [2, 130, 129, 123, 129, 130, 128, 125]
    again = np.zeros_like(words)
    ByteShuffler([again]).unshuffle(stored, 0, 1)
    assert again.tolist() == words.tolist()


@pytest.mark.parametrize("width", [1, 2, 15, 16, 17, 31, 32, 33, 64, 333])
@pytest.mark.parametrize(("first", "end"), [(0, 1), (3, 19), (0, 20)])
@pytest.mark.parametrize(
    "kinds",
    [("f2",), ("f2", "f2", "f2"), ("f2", "f4", "u4", "f2")],
    ids=lambda kinds: "-".join(kinds),
)
def test_there_and_back(width: int, first: int, end: int, kinds: tuple[str, ...]) -> None:
    planes = noise(width, *kinds)
    expected = by_numpy(planes, first, end)
    stored = np.full(expected.size + 8, 77, np.uint8)
    ByteShuffler(planes).shuffle(first, end, stored[: expected.size])
    assert stored[: expected.size].tobytes() == expected.tobytes()
    assert (stored[expected.size :] == 77).all()

    again = [np.full_like(plane, 0) for plane in planes]
    ByteShuffler(again).unshuffle(expected, first, end)
    for plane, found in zip(planes, again, strict=True):
        assert found[first:end].tobytes() == plane[first:end].tobytes()
        assert not found[:first].any() and not found[end:].any()


def test_what_does_not_fit_is_refused() -> None:
    shuffler = ByteShuffler(noise(8, "f2"))
    with pytest.raises(ValueError, match="16 bytes are wanted, not 17"):
        shuffler.unshuffle(np.zeros(17, np.uint8), 0, 1)
    with pytest.raises(ValueError, match="16 bytes are wanted, not 15"):
        shuffler.shuffle(0, 1, np.zeros(15, np.uint8))
    with pytest.raises(ValueError, match="rows 0 to 21 of 20"):
        shuffler.shuffle(0, 21, np.zeros(16 * 21, np.uint8))
    with pytest.raises(ValueError, match="contiguous"):
        ByteShuffler([noise(8, "f2")[0].T])
    with pytest.raises(ValueError, match="one height"):
        ByteShuffler([noise(8, "f2")[0], noise(8, "f2")[0][:3]])
