"""Texts of file headers, whatever their bytes.

Most formats say UTF-8 or nothing. Cameras and programs of Windows write Windows-1252, so that is
what a text is that is not UTF-8. It has a character for every byte, so no text is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


def decode_text(data: bytes) -> str:
    r"""Return the text of bytes: UTF-8, else Windows-1252.

    The five bytes that Windows-1252 leaves undefined are control characters, as in Latin-1 and in
    the Encoding Standard of WHATWG.

    >>> decode_text(b"M\xfcller"), decode_text("Müller".encode())
    ('Müller', 'Müller')
    """
    try:
        return data.decode()
    except UnicodeDecodeError:
        return "".join(_decode_byte(data[place : place + 1]) for place in range(len(data)))


def _decode_byte(byte: bytes) -> str:
    try:
        return byte.decode("cp1252")
    except UnicodeDecodeError:
        return byte.decode("latin-1")


def repair_text(text: str) -> str:
    r"""Return a text that has an encoding.

    Bytes that Python could not decode are lone surrogates in a text, as in names of files.

    >>> repair_text("M\udcfcller")
    'Müller'
    """
    if text.isascii():
        return text
    try:
        text.encode()
        return text
    except UnicodeEncodeError:
        pass
    try:
        return decode_text(text.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:  # halves of pairs that stand for no byte
        return text.encode("utf-8", "replace").decode()


def repair_entries(entries: Mapping[str, Any]) -> dict[str, Any]:
    """Return header entries whose names and texts have an encoding; empty names are left out.

    A name ends at a zero byte in every format.
    """
    repaired = {}
    for name, value in entries.items():
        plain = repair_text(str(name)).partition("\0")[0]
        if plain:
            repaired[plain] = _repair_value(value)
    return repaired


def _repair_value(value: Any) -> Any:
    if isinstance(value, str):
        return repair_text(value)
    if isinstance(value, list | tuple) and any(isinstance(item, str) for item in value):
        return type(value)(map(_repair_value, value))
    return value
