"""OCIOLook: looks of an OpenColorIO config."""

from __future__ import annotations

from typing import Any

from grade.color.config.config import open_config
from grade.color.transforms.transform import Transform
from grade.op import AS_IS, Name, Op, ParameterError, other_words


class OCIOLook(Op):
    """Apply looks of an OpenColorIO config.

    ``looks`` are written as in a config: ``a, b`` applies both in turn, ``-a`` undoes a look,
    ``a | b`` applies the first that exists. Each is computed in its own process space. The picture
    comes from its own space and returns to it, so ``amount`` works. Outside a look the op needs
    ``space=``; in a look the space is known.

    Negative values and NaN are treated as the look treats them. Source: OpenColorIO LookTransform,
    looks of the config.

    >>> gamut = OCIOLook("ACES 1.3 Reference Gamut Compression", space="ACEScg")
    >>> gamut.evaluate([0.2, 0.3, 0.4]).round(6).tolist()          # within AP1: unchanged
    [0.2, 0.3, 0.4]
    """

    group = "color"
    known_as = ("look", "ocio_look_transform", "look_transform", "lmt")
    synonyms = other_words(looks="look")
    looks = Name(doc="The looks, by their names in the config, as in a, -b.")
    config = Name(doc="The OpenColorIO config: a path or a built-in name; None: that of the look.")
    context = Name(doc="Context variables of the config, as in SHOT=sh010, SEQ=night.")

    def validate(self) -> None:
        if not self.looks:
            raise ParameterError(f"{self.name or self.kind}.looks: name the look")

    def neutral(self) -> bool:
        return False

    def transform(self, inverse: bool = False) -> Transform:
        """The steps of the looks.

        Raises
        ------
        ParameterError
            If the space of the picture is not known.
        UnknownSpace, UntranslatedTransform
            From the config.
        """
        space = getattr(self.working, "space", None) or (
            None if self.space == AS_IS else self.space
        )
        if space is None:
            raise ParameterError(
                f"{self.name or self.kind}.space: the space of the picture is not known here:"
                " give space=, or a look with input= or working="
            )
        own = self.config
        if own is None and hasattr(self.working, "config"):
            own = self.working.config.path
        return open_config(own, self.context).looks(self.looks, space, inverse=inverse)

    def forward(self, x: Any) -> Any:
        return self.transform()(x)

    def inverse(self, y: Any) -> Any:
        """Undo the looks, as the config defines it."""
        return self.transform(inverse=True)(y)
