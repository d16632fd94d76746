"""Convert: from one color space of a config to another."""

from __future__ import annotations

from typing import Any

from grade.color.config.config import open_config
from grade.color.transforms.transform import Transform
from grade.op import Name, Op, ParameterError, other_words
from grade.op.space_change import source_space


class Convert(Op):
    """Convert between two color spaces of an OpenColorIO config.

    The config's own transform is read op by op and computed in float32: no LUT is baked. Equal
    spaces, and spaces that hold data, leave the picture as it is. Negative values and NaN are
    treated as the config's transform treats them.

    In a look, ``src`` may be left out: the look knows the space of the picture.
    Source: OpenColorIO.

    >>> round(Convert(src="ACEScct", dst="ACEScg").evaluate(0.4135884), 6)
    0.18
    """

    group = "color"
    known_as = (
        "cst", "color_space", "colorspace", "color_space_transform", "ocio_color_space",
        "ocio_colorspace", "idt", "transform",
    )  # fmt: skip
    synonyms = other_words(
        src="input source in_colorspace",
        dst="to out output target out_colorspace",
    )
    src = Name(doc="The space that the picture is in; a look fills it in.")
    dst = Name(doc="The space to convert to: a name, an alias or a role of the config.")
    config = Name(doc="The OpenColorIO config: a path or a built-in name; None: that of the look.")
    context = Name(doc="Context variables of the config, as in SHOT=sh010, SEQ=night.")

    def validate(self) -> None:
        if self.dst is None:
            raise ParameterError(f"{self.name or self.kind}.dst: name the space to convert to")

    def neutral(self) -> bool:
        return False

    def given_space(self, config: Any) -> str:
        """The space of the result, as a config names it."""
        return str(config.space(self.dst).name)

    def transform(self, inverse: bool = False) -> Transform:
        """The steps of the conversion.

        Raises
        ------
        ParameterError
            If the source space is not known.
        UnknownSpace, UntranslatedTransform
            From the config.
        """
        source = source_space(self)
        ends = (self.dst, source) if inverse else (source, self.dst)
        return open_config(self.config, self.context).convert(*ends)

    def forward(self, x: Any) -> Any:
        return self.transform()(x)

    def inverse(self, y: Any) -> Any:
        """From ``dst`` back to ``src``, as the config defines it."""
        return self.transform(inverse=True)(y)
