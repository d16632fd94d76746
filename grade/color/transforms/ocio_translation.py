"""The registry: which OpenColorIO transform is read by whom.

A file in ``grade.color.transforms`` registers its reader with ``@reads("Matrix")``; the files are
found by looking into the directory, and no list names them.
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
    """Register a function that turns an OpenColorIO transform of this kind into a step.

    The reader returns None where the transform does nothing. Kinds are as
    :func:`primitive_of` says them: ``Matrix``, ``FixedFunction ACES_GLOW_10``.
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
    """Every reader by primitive."""
    from grade.color import transforms

    for module in pkgutil.walk_packages(transforms.__path__, f"{transforms.__name__}."):
        importlib.import_module(module.name)
    return _READERS


def name_primitive(transform: Any) -> str:
    """What kind of primitive an OpenColorIO transform is; a fixed function with its style."""
    kind = type(transform).__name__.removesuffix("Transform")
    if kind == "FixedFunction":
        style = transform.getStyle().name.removeprefix("FIXED_FUNCTION_")
        return f"{kind} {style}"
    return kind


def is_inverse(transform: Any) -> bool:
    """Whether an OpenColorIO transform is to be applied backwards."""
    return bool(transform.getDirection().name == "TRANSFORM_DIR_INVERSE")


def flatten(transform: Any) -> Iterator[Any]:
    """The transforms of a group, groups inside it opened."""
    if type(transform).__name__ != "GroupTransform":
        yield transform
        return
    members = list(transform)
    for member in reversed(members) if is_inverse(transform) else members:
        if is_inverse(transform):
            raise UntranslatedTransform("Group", "a group that runs backwards")
        yield from flatten(member)


def read_steps(group: Any, live: bool = False) -> tuple[Step, ...]:
    """The steps of an OpenColorIO group.

    Parameters
    ----------
    group
        Of transforms.
    live
        Whether dynamic properties may be moved; else they count with the value they have now.

    Raises
    ------
    UntranslatedTransform
        Naming the first primitive that has no reader.
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
