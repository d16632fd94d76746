"""Translation of OpenColorIO transforms to steps, by readers that register themselves.

A file in ``grade.color.transforms`` registers its reader with ``@reads("Matrix")``. The files are
found by walking the package, so no list names them.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.transforms.dynamic_properties import TakenProperties, read_dynamic
from grade.color.transforms.transform import Step

Reader = Callable[[Any], Step | None]

_READERS: dict[str, Reader] = {}


def reads(*primitives: str) -> Callable[[Reader], Reader]:
    """Register a function that reads these OpenColorIO primitives into a step.

    The reader returns None where the transform does nothing. Primitives are named as by
    :func:`name_primitive`: ``Matrix``, ``FixedFunction ACES_GLOW_10``.
    """

    def register(reader: Reader) -> Reader:
        for primitive in primitives:
            if primitive in _READERS:
                raise TypeError(f"two readers for {primitive}")
            _READERS[primitive] = reader
        return reader

    return register


@cache
def find_readers() -> dict[str, Reader]:
    """Find all readers, by primitive."""
    from grade.color import transforms

    for module in pkgutil.walk_packages(transforms.__path__, f"{transforms.__name__}."):
        importlib.import_module(module.name)
    return _READERS


def name_primitive(transform: Any) -> str:
    """Name the primitive that an OpenColorIO transform is; a fixed function includes its style."""
    kind = type(transform).__name__.removesuffix("Transform")
    if kind == "FixedFunction":
        style = transform.getStyle().name.removeprefix("FIXED_FUNCTION_")
        return f"{kind} {style}"
    return kind


def is_inverse(transform: Any) -> bool:
    """Whether an OpenColorIO transform is to be applied in inverse direction."""
    return bool(transform.getDirection().name == "TRANSFORM_DIR_INVERSE")


def flatten(transform: Any) -> Iterator[Any]:
    """Flatten a group: its transforms in order, with those of the groups inside it."""
    if type(transform).__name__ != "GroupTransform":
        yield transform
        return
    members = list(transform)
    for member in reversed(members) if is_inverse(transform) else members:
        if is_inverse(transform):
            raise UntranslatedTransform("Group", "a group that runs backwards")
        yield from flatten(member)


def read_steps(group: Any, live: bool = False) -> tuple[Step, ...]:
    """Read the steps of an OpenColorIO group.

    Parameters
    ----------
    group
        A ``GroupTransform``.
    live
        Whether dynamic properties stay adjustable; else their present values become constants.

    Raises
    ------
    UntranslatedTransform
        If a primitive has no reader; the message names the first.
    """
    steps: list[Step] = []
    taken: TakenProperties = set()
    for place, transform in enumerate(flatten(group)):
        primitive = name_primitive(transform)
        reader = find_readers().get(primitive)
        if reader is None:
            raise UntranslatedTransform(primitive)
        moved = read_dynamic(primitive, transform, place, taken) if live else None
        step = moved or reader(transform)
        if step is not None:
            steps.append(step)
    return tuple(steps)
