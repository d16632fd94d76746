"""Testing of looks: golden files, `grade check`, assertions, and the pytest plugin.

Modules load when they are first used, because pytest imports this package in every run.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grade.testing.assertions import assert_images_equal as assert_images_equal
    from grade.testing.assertions import assert_samples as assert_samples
    from grade.testing.golden_check import check as check

_HOMES = {
    "assert_images_equal": "grade.testing.assertions",
    "assert_samples": "grade.testing.assertions",
    "check": "grade.testing.golden_check",
}
__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
