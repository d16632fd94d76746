"""Context variables of a config, such as ``SHOT=sh010``."""

from __future__ import annotations

import re
from collections.abc import Mapping

from grade.color.errors import ConfigError

_VARIABLE = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*([^,]*?)\s*\Z")


def parse_context(text: str | Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Read context variables from a mapping or a text such as ``SHOT=sh010, SEQ=night``.

    They come sorted by name.

    Raises
    ------
    ConfigError
        If the text has another form.
    """
    if text is None:
        return ()
    if not isinstance(text, str):
        return tuple(sorted((str(name), str(value)) for name, value in text.items()))
    found = {}
    for part in text.split(",") if text.strip() else []:
        match = _VARIABLE.match(part)
        if match is None:
            raise ConfigError(f"context = {text!r}: takes NAME=VALUE, NAME=VALUE")
        found[match[1]] = match[2]
    return tuple(sorted(found.items()))
