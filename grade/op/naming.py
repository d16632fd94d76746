"""Names: how nodes may be called, and the name of an op from the name of its class."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

_WORD_BREAK = re.compile(
    r"(?<=[a-z0-9])(?=[A-Z][a-z])|(?<=[a-z])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])"
)
NODE_NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


def kind_of(class_name: str) -> str:
    """The class name in snake case, with acronyms kept whole.

    >>> [kind_of(n) for n in ("CDL", "LUT3D", "HSLQualifier", "LiftGammaGain", "FileLUT")]
    ['cdl', 'lut3d', 'hsl_qualifier', 'lift_gamma_gain', 'file_lut']
    """
    return _WORD_BREAK.sub("_", class_name).lower()


def other_words(**fields: str) -> Mapping[str, str]:
    """Other words for the parameters of an op, for the message that says which was meant.

    >>> dict(other_words(slope="gain multiply", power="gamma"))
    {'gain': 'slope', 'multiply': 'slope', 'gamma': 'power'}
    """
    return MappingProxyType(
        {word: name for name, words in fields.items() for word in words.split()}
    )
