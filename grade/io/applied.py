"""What a reader did to the pixels of a file because the file asks for it, as sentences.

The entries are plain data: they are part of the resume key, so that a file which was written from a
plate that an older version read otherwise is written again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from grade.io.orientation import WORDS

_SENTENCES: dict[str, Callable[[Any], str]] = {
    "orientation": lambda value: f"its orientation is {value}: {WORDS[value]}",
    "range": lambda value: f"its tag says {value} range: widened to full range",
}


def sentences_of(applied: Mapping[str, Any]) -> tuple[str, ...]:
    """Return a sentence for each entry.

    >>> sentences_of({"orientation": 6})
    ('its orientation is 6: turned by 90 degrees clockwise',)
    """
    return tuple(_SENTENCES[name](value) for name, value in applied.items())
