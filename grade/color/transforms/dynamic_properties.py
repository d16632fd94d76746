"""Dynamic properties: numbers of a transform that stay uniforms.

OpenColorIO lets one transform of a processor have a property of each type; further ones of the type
keep the value that they came with, and so they do here.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from grade.color.transforms.transform import Step

TakenProperties = set[str]
"""Types of property that a transform before has."""

DynamicReader = Callable[[Any, int, TakenProperties], "DynamicStep | None"]

_DYNAMIC_READERS: dict[str, DynamicReader] = {}


@dataclass(frozen=True)
class DynamicStep(Step):
    """A step some of whose numbers may be moved.

    Parameters
    ----------
    names
        What the numbers are called: ``exposure``, ``primary.gamma.r``.
    values
        The numbers, or expressions for them.
    place
        Which transform of the flattened group this is.
    given
        That transform of OpenColorIO's.
    """

    names: tuple[str, ...]
    values: tuple[Any, ...]
    place: int
    given: Any

    @property
    def dynamic(self) -> tuple[tuple[str, float], ...]:
        return tuple(zip(self.names, self.values, strict=True))

    def replace_dynamic(self, values: Mapping[str, Any]) -> Self:
        return replace(self, values=tuple(values[name] for name in self.names))

    @property
    def parameters(self) -> dict[str, Any]:
        """Names to numbers or expressions."""
        return dict(zip(self.names, self.values, strict=True))

    @abstractmethod
    def store(self, transform: Any) -> None:
        """Put the numbers into a transform of OpenColorIO's, which refuses what it does not take.

        Raises
        ------
        PyOpenColorIO.Exception
            From there.
        """

    def explain_refusal(self) -> str:
        """What is wrong with the numbers together; empty if nothing is."""
        import PyOpenColorIO as ocio

        try:
            self.store(copy.deepcopy(self.given))
        except ocio.Exception as error:
            return str(error)
        return ""


def reads_dynamic(primitive: str) -> Callable[[DynamicReader], DynamicReader]:
    """Register a function that reads a transform with its dynamic properties.

    It gives None where there are none, or where all are taken; and adds those it has to the taken.
    """

    def register(reader: DynamicReader) -> DynamicReader:
        _DYNAMIC_READERS[primitive] = reader
        return reader

    return register


def read_dynamic(
    primitive: str, transform: Any, place: int, taken: TakenProperties
) -> DynamicStep | None:
    """The step of a transform with dynamic properties; None for one that has none to move."""
    reader = _DYNAMIC_READERS.get(primitive)
    return None if reader is None else reader(transform, place, taken)


def claim_property(transform: Any, kind: str, taken: TakenProperties) -> bool:
    """Whether the one property of a transform is dynamic, and the first of its kind."""
    if not transform.isDynamic() or kind in taken:
        return False
    taken.add(kind)
    return True
