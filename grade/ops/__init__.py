"""The catalogue of ops: every module beside this one is an op and is found by itself.

No list names them. To add an op, add one file here and its test.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterable
from typing import Any

from grade.op import OPS, Op, kind_of
from grade.suggestion import find_nearest, suggest


def discover(path: Iterable[str], package: str) -> dict[str, type[Op]]:
    """Import every module of a package and return the ops that they define, by class name."""
    found: dict[str, type[Op]] = {}
    for module in pkgutil.iter_modules(path):
        members = vars(importlib.import_module(f"{package}.{module.name}"))
        for name, member in members.items():
            if isinstance(member, type) and issubclass(member, Op) and member in OPS.values():
                found[name] = member
    return found


_found = discover(__path__, __name__)
globals().update(_found)
__all__ = sorted(_found)  # pyright: ignore[reportUnsupportedDunderAll]


def __getattr__(name: str) -> Any:
    synonyms = {word: op.__name__ for op in _found.values() for word in (op.kind, *op.known_as)}
    near = find_nearest(kind_of(name), __all__, synonyms)
    hint = suggest(name, __all__) if near is None else f" Did you mean {near}?"
    raise AttributeError(f"there is no op class {name!r}.{hint}")
