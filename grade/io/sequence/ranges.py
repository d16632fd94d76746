"""Frame ranges: `1001-1100`, `1001-1100x2`, `1001-1100:2`, single frames, joined by commas.

The grammar is strict, because a render of the wrong frames costs more than a refusal: in other
tools `1-10:3` means four different things, and a blank inside a range is ignored without a word.
`:` is a step, as in the chunks of Open Job Description; `x` is the same step.

>>> parse_ranges("1001-1003,1007")
[1001, 1002, 1003, 1007]
>>> format_ranges([1001, 1002, 1003, 1007])
'1001-1003,1007'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from grade.io.errors import RangeError

_ITEM = re.compile(r"(-?[0-9]+)(?:-(-?[0-9]+)(?:[x:]([0-9]+))?)?")
_DIGITS = 9
_CHUNK = re.compile(r"([0-9]{1,9})/([0-9]{1,9})")

# Without a limit, a typing slip such as 1-100000000 would fill the memory.
MOST_FRAMES = 10_000_000


def parse_ranges(text: str) -> list[int]:
    """Expand the text of ranges to frame numbers.

    Parameters
    ----------
    text
        For example ``"1001-1100x2,1200,-5--1"``.

    Returns
    -------
    list of int
        Ascending, each frame once.

    Raises
    ------
    RangeError
        For blanks, an empty item, a range that runs backwards, a step of 0, anything else outside
        the grammar, and more than ten million frames.
    """
    frames: set[int] = set()
    for item in text.split(","):
        found = _ITEM.fullmatch(item)
        if not found:
            raise RangeError(
                f"frames {text!r}: {item!r} is no frame range; "
                "write 1001-1100, 1001-1100x2 or 1001, joined by commas, without blanks"
            )
        for number in filter(None, found.groups()):
            if len(number.lstrip("-0")) > _DIGITS:
                raise RangeError(
                    f"frames {text!r}: {number} is too large; numbers have {_DIGITS} digits at most"
                )
        first = int(found[1])
        last = first if found[2] is None else int(found[2])
        step = 1 if found[3] is None else int(found[3])
        if last < first:
            raise RangeError(f"frames {text!r}: {item!r} runs backwards; write {last}-{first}")
        if step == 0:
            raise RangeError(f"frames {text!r}: {item!r} has step 0; the smallest step is 1")
        if len(frames) + (last - first) // step >= MOST_FRAMES:
            raise RangeError(f"frames {text!r}: more than {MOST_FRAMES} frames; is {item!r} meant?")
        frames.update(range(first, last + 1, step))
    return sorted(frames)


def format_ranges(frames: Iterable[int]) -> str:
    """Return the shortest plain text that `parse_ranges` reads back as these frames.

    Three or more frames at one distance become a range; order and repeats do not matter. No frames
    give an empty text, which `parse_ranges` refuses.
    """
    numbers = sorted(set(frames))
    items: list[str] = []
    start = 0
    while start < len(numbers):
        end = start
        step = numbers[start + 1] - numbers[start] if start + 1 < len(numbers) else 0
        while end + 1 < len(numbers) and numbers[end + 1] - numbers[end] == step:
            end += 1
        # Two frames are a range only when they touch: 7,9 reads better than 7-9x2.
        if end - start == 1 and step > 1:
            end = start
        if end == start:
            items.append(str(numbers[start]))
        else:
            items.append(f"{numbers[start]}-{numbers[end]}" + (f"x{step}" if step > 1 else ""))
        start = end + 1
    return ",".join(items)


def parse_chunk(text: str) -> tuple[int, int]:
    """Parse the text of a chunk: `"3/20"` is (3, 20); raise `RangeError` unless 1 <= 3 <= 20."""
    found = _CHUNK.fullmatch(text)
    if not found or not 1 <= int(found[1]) <= int(found[2]):
        raise RangeError(f"chunk {text!r}: write NUMBER/COUNT, from 1/20 to 20/20")
    return int(found[1]), int(found[2])


def chunk(frames: Sequence[int], number: int, count: int) -> list[int]:
    """Return chunk `number` (from 1) of `count` chunks of `frames`.

    Chunks are contiguous, differ by one frame at most, and together are `frames` exactly. With more
    chunks than frames some are empty. Raises `RangeError` unless 1 <= number <= count.
    """
    if not 1 <= number <= count:
        raise RangeError(f"chunk {number}/{count}: write a number from 1 to {count}")
    total = len(frames)
    return list(frames[total * (number - 1) // count : total * number // count])
