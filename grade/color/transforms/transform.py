"""A transform: a chain of steps, each of which maps a color to a color.

The same call builds IR from a node and computes float64 from an array, because the functions of
``grade.ir.expression`` do both.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from grade.ir.expression import Node, channels, rgb

Constants = float | tuple[float, float, float]


class Step(ABC):
    """One OpenColorIO primitive with its parameters; subclasses are frozen dataclasses."""

    name: ClassVar[str]
    note: str = ""  # what the user should know where the step is not exact

    @property
    def bijective(self) -> bool:
        """Whether the inverse step restores every finite color, except for rounding."""
        return False

    @property
    def dynamic(self) -> tuple[tuple[str, float], ...]:
        """Names and values of the dynamic properties.

        See :mod:`grade.color.transforms.dynamic_properties`.
        """
        return ()

    def replace_dynamic(self, values: Mapping[str, Any]) -> Step:
        """Replace the values of the dynamic properties by numbers or expressions."""
        return self

    def explain_refusal(self) -> str:
        """Say what is wrong with the values of the dynamic properties; empty if nothing is."""
        return ""

    @abstractmethod
    def __call__(self, x: Any) -> Any:
        """Map a color: a node gives a node, an array gives float64."""


@dataclass(frozen=True)
class Transform:
    """The steps from one space to another; no steps mean the identity.

    Parameters
    ----------
    steps
        In the order in which they are applied.
    source, target
        Names of the input and the output, for messages.
    """

    steps: tuple[Step, ...]
    source: str = ""
    target: str = ""

    def __call__(self, x: Any) -> Any:
        """Map a color: a node, or an array ``(..., 3)`` or number that is computed in float64."""
        if not isinstance(x, Node):
            x = np.asarray(x, dtype=np.float64)
        with np.errstate(all="ignore"):
            for step in self.steps:
                x = step(x)
                if not isinstance(x, Node):
                    x = np.asarray(x, dtype=np.float64)  # a table gives float32
        return x

    @property
    def operations(self) -> list[str]:
        """The names of the primitives, in order."""
        return [step.name for step in self.steps]

    @property
    def notes(self) -> list[str]:
        """The notes of the steps, each once."""
        return list(dict.fromkeys(step.note for step in self.steps if step.note))

    @property
    def dynamic(self) -> tuple[tuple[str, float], ...]:
        """Names and values of the dynamic properties of all steps."""
        return tuple(pair for step in self.steps for pair in step.dynamic)

    def replace_dynamic(self, values: Mapping[str, Any]) -> Transform:
        """Replace the values of the dynamic properties by numbers or expressions."""
        steps = tuple(step.replace_dynamic(values) for step in self.steps)
        return Transform(steps, self.source, self.target)

    def explain_refusal(self, values: Mapping[str, float]) -> str:
        """Say what is wrong with these values of dynamic properties; empty if nothing is."""
        reasons = (step.explain_refusal() for step in self.replace_dynamic(values).steps)
        return next((reason for reason in reasons if reason), "")

    @property
    def bijective(self) -> bool:
        """Whether the transform and its inverse may cancel: no step clips or reads a table."""
        return all(step.bijective for step in self.steps)

    @property
    def is_identity(self) -> bool:
        """Whether there are no steps."""
        return not self.steps


def collapse(values: Sequence[float]) -> Constants:
    """Collapse three equal constants to one number; keep three different ones.

    One number is one constant in the kernel, and so takes one register.
    """
    red, green, blue = (float(v) for v in list(values)[:3])
    return red if red == green == blue else (red, green, blue)


def map_channels(function: Any, *parameters: Sequence[float]) -> tuple[float, float, float]:
    """Derive a constant per channel from parameters per channel."""
    rows = zip(*(list(p)[:3] for p in parameters), strict=True)
    red, green, blue = (function(*row) for row in rows)
    return (red, green, blue)


def apply_by_channel(items: Sequence[Any], function: Callable[[Any, Any], Any], x: Any) -> Any:
    """Apply ``function(item, channel)`` per channel, or once where one item serves all."""
    if len(items) == 1:
        return function(items[0], x)
    return rgb(*(function(t, c) for t, c in zip(items, channels(x), strict=True)))
