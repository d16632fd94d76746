"""Dynamic properties: values of a transform that stay adjustable, as uniforms.

As in OpenColorIO, only the first dynamic property of each type is adjustable. Further ones of that
type keep the value that they came with.
"""

from __future__ import annotations

import copy
from abc import abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from grade.color.transforms.transform import Step

TakenProperties = set[str]
"""The types of property that an earlier transform has claimed."""

DynamicReader = Callable[[Any, int, TakenProperties], "DynamicStep | None"]

_DYNAMIC_READERS: dict[str, DynamicReader] = {}


@dataclass(frozen=True)
class DynamicStep(Step):
    """A step with dynamic properties.

    Parameters
    ----------
    names
        Names of the properties: ``exposure``, ``primary.gamma.r``.
    values
        Their values: numbers or expressions.
    place
        The index of the transform in the flattened group.
    given
        The OpenColorIO transform.
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
        """The values by name."""
        return dict(zip(self.names, self.values, strict=True))

    @abstractmethod
    def store(self, transform: Any) -> None:
        """Store the values in an OpenColorIO transform.

        Raises
        ------
        PyOpenColorIO.Exception
            If OpenColorIO refuses a value.
        """

    def explain_refusal(self) -> str:
        """Say what is wrong with the values taken together; empty if nothing is."""
        import PyOpenColorIO as ocio

        try:
            self.store(copy.deepcopy(self.given))
        except ocio.Exception as error:
            return str(error)
        return ""


def reads_dynamic(primitive: str) -> Callable[[DynamicReader], DynamicReader]:
    """Register a function that reads an OpenColorIO primitive with its dynamic properties.

    The function returns None if there are none, or if earlier transforms have claimed them all. It
    adds the types of its properties to ``taken``.
    """

    def register(reader: DynamicReader) -> DynamicReader:
        _DYNAMIC_READERS[primitive] = reader
        return reader

    return register


def read_dynamic(
    primitive: str, transform: Any, place: int, taken: TakenProperties
) -> DynamicStep | None:
    """Read a transform with dynamic properties into a step; None if it has none to adjust."""
    reader = _DYNAMIC_READERS.get(primitive)
    return None if reader is None else reader(transform, place, taken)


def claim_property(transform: Any, type_: str, taken: TakenProperties) -> bool:
    """Claim the one property of a transform: whether it is dynamic and the first of its type."""
    if not transform.isDynamic() or type_ in taken:
        return False
    taken.add(type_)
    return True
