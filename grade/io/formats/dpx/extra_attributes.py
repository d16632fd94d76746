"""Attributes that a DPX header has no field for, in the gap between header and pixels.

The header says where the pixels begin, so a gap is legal and every reader skips it. The user data
of the file stay in front of the attributes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from grade.io.header_text import decode_text

MARK = b"grade:attributes\0"
LARGEST = 1 << 20
"""Most bytes of user data, and of attributes, that are read and written."""


def pack(entries: Mapping[str, Any]) -> bytes:
    """Return the entries as bytes; those that are neither texts nor numbers are dropped."""
    parts = [MARK]
    # Entries of grade first: provenance is looked for at the beginning of a file.
    for name in sorted(entries, key=lambda name: (not name.startswith("grade:"), name)):
        plain = _to_json(entries[name])
        if plain is not None and "\0" not in name:
            parts.append(name.encode() + b"\0" + json.dumps(plain).encode() + b"\0")
    if len(parts) == 1:
        return b""
    whole = b"".join((*parts, b"\0"))
    return whole if len(whole) <= LARGEST else b""


def unpack(gap: bytes) -> dict[str, Any]:
    """Return the entries in a gap; damaged ones are left out."""
    if not gap.startswith(MARK):
        return {}
    words = gap[len(MARK) :].split(b"\0")
    found: dict[str, Any] = {}
    for name, value in zip(words[::2], words[1::2], strict=False):
        if not name:
            break
        try:
            found[decode_text(name)] = _from_json(json.loads(decode_text(value)))
        except (
            ValueError,
            TypeError,
            LookupError,
            AttributeError,
            ArithmeticError,
            RecursionError,
        ):
            continue
    return found


def _to_json(value: Any) -> Any:
    """Return a value in a form that JSON has; None if there is none."""
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return {"float": value.hex()}
    if isinstance(value, Fraction):
        return {"fraction": [value.numerator, value.denominator]}
    if isinstance(value, np.ndarray) and value.dtype.kind in "iuf" and value.size <= 16:
        return {"array": value.tolist(), "dtype": value.dtype.name}
    if isinstance(value, tuple) and all(isinstance(each, int | float) for each in value):
        return {"tuple": list(value)}
    return None


def _from_json(plain: Any) -> Any:
    if not isinstance(plain, dict):
        return plain if isinstance(plain, bool | int | str) else None
    if "float" in plain:
        return float.fromhex(plain["float"])
    if "fraction" in plain:
        return Fraction(*map(int, plain["fraction"]))
    if "tuple" in plain:
        return tuple(plain["tuple"])
    dtype = np.dtype(str(plain["dtype"]))
    return np.array(plain["array"], dtype) if dtype.kind in "iuf" else None
