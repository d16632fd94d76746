"""Damaged copies of a file; reading one gives a frame or a typed error, with little work."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from grade.errors import GradeError
from grade.io import read

from ..work import counted

MOST_CALLS = 20_000  # of functions, for a file of one frame


def copies(data: bytes, head: int = 400) -> Iterator[tuple[str, bytes]]:
    """Cut, flipped, overwritten; the same for the same data."""
    random = np.random.default_rng(11)
    yield "empty", b""
    yield "text", b"hello, I am no picture"
    yield "zeros", bytes(200)
    yield "head and noise", data[:16] + random.bytes(400)
    for cut in random.integers(5, len(data) - 1, 20):
        yield f"cut at {cut}", data[:cut]
    for _ in range(40):
        place = int(random.integers(0, len(data)))
        yield f"bit of byte {place}", _with(data, place, data[place] ^ 1 << random.integers(0, 8))
    for _ in range(80):
        place, value = int(random.integers(0, min(head, len(data)))), int(random.integers(0, 256))
        yield f"byte {place} is {value}", _with(data, place, value)
    for _ in range(30):  # four bytes of ones: sizes, counts and offsets beyond all bounds
        place = int(random.integers(0, min(head, len(data))))
        yield f"ones at {place}", data[:place] + b"\xff" * 4 + data[place + 4 :]


def cases(data: bytes, count: int) -> Iterator[tuple[str, bytes]]:
    """As many seeded cases: a third cut, a third flipped anywhere, a third flipped in the head."""
    random = np.random.default_rng(23)
    for number in range(count):
        place = int(random.integers(1, len(data) - 1))
        if number % 3 == 0:
            yield f"cut at {place}", data[:place]
            continue
        if number % 3 == 1:
            place = int(random.integers(0, min(2048, len(data))))
        bit = int(random.integers(0, 8))
        yield f"bit {bit} of byte {place}", _with(data, place, data[place] ^ 1 << bit)


def _with(data: bytes, place: int, value: int) -> bytes:
    changed = bytearray(data)
    changed[place] = value
    return bytes(changed)


def assert_typed(good: Path, head: int = 400) -> list[str]:
    """Read every damaged copy; return the names of those that gave an error."""
    failed = []
    file = good.with_name(f"damaged{good.suffix}")
    for name, data in copies(good.read_bytes(), head):
        file.write_bytes(data)
        try:
            with counted() as work:
                frame = read(file)
        except GradeError as error:
            assert str(file) in str(error), (name, error)
            failed.append(name)
        else:
            shape = (frame.data_window.height, frame.data_window.width)
            assert all(plane.shape == shape for plane in frame.planes.values()), name
        assert work.calls < MOST_CALLS, (name, work.calls)
    assert {"empty", "text", "zeros"} <= set(failed)
    return failed
