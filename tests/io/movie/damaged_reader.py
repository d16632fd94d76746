"""Reads damaged copies of a movie in a process of its own; prints a line of JSON for each.

Usage: python damaged_reader.py MOVIE SEED COUNT. The process may take 1 GB more than it has with
everything loaded; a copy that takes minutes counts as one that hangs.
"""

import json
import resource
import signal
import sys
from pathlib import Path

import numpy as np

from grade.errors import GradeError
from grade.io.formats.movie import Movie

MOST_BYTES = 1 << 30
MOST_SECONDS = 300


def read_all(path: Path) -> str:
    with Movie(path, threads=1) as movie:
        for number in (movie.first, movie.frames[-1], *movie.frames):
            frame = movie.read(number)
            assert frame.planes["G"].shape == (movie.height, movie.width)
    return "read"


def copies(data: bytes, seed: int, count: int):
    """A third cut off, a third with bits flipped, a third with a length or number overwritten."""
    random = np.random.default_rng(seed)
    for index in range(count):
        place = int(random.integers(0, len(data)))
        changed = bytearray(data)
        if index % 3 == 0:
            yield f"cut at {place}", data[:place]
        elif index % 3 == 1:
            for spot in (place, *random.integers(0, len(data), 3)):
                changed[spot] ^= 1 << int(random.integers(0, 8))
            yield f"bits near {place}", bytes(changed)
        else:
            # Headers are at both ends of a file.
            place = min(place % 4000, len(data) - 4) if index % 2 else max(0, len(data) - 2000)
            place = min(place + int(random.integers(0, 1500)), len(data) - 4)
            changed[place : place + 4] = random.choice([b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff"])
            yield f"number at {place}", bytes(changed)


def main() -> None:
    good, seed, count = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
    read_all(good)  # all is loaded and compiled now
    used = next(
        int(line.split()[1]) * 1024
        for line in Path("/proc/self/status").read_text().splitlines()
        if line.startswith("VmSize")
    )
    resource.setrlimit(resource.RLIMIT_AS, (used + MOST_BYTES, used + MOST_BYTES))
    file = good.with_name(f"damaged-{seed}{good.suffix}")
    for name, data in copies(good.read_bytes(), seed, count):
        file.write_bytes(data)
        print(json.dumps({"begun": name}), flush=True)
        signal.alarm(MOST_SECONDS)
        try:
            fate, message = read_all(file), ""
        except GradeError as error:
            fate, message = type(error).__name__, str(error)
        signal.alarm(0)
        named = not message or str(file) in message
        line = {"name": name, "fate": fate, "named": named, "said": message}
        print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
