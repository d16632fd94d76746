"""Display: code values for a screen or a projector, through a view of a config."""

from __future__ import annotations

from typing import Any

from grade.color.config.config import open_config
from grade.color.transforms.transform import Transform
from grade.op import Name, Op, ParameterError, other_words
from grade.op.space_change import source_space


class Display(Op):
    """Render for a display through one of its views.

    The result is full-range code values 0..1; a writer makes legal range of it where a file needs
    that. The view's transform is read from the OpenColorIO config op by op and computed in float32:
    no LUT is baked. Negative values and NaN are treated as the view treats them.
    Source: OpenColorIO.

    >>> video = Display("Rec.1886 Rec.709 - Display", view="Un-tone-mapped", src="ACEScg")
    >>> video.evaluate([0.18, 0.18, 0.18]).round(3).tolist()       # 0.18 ** (1 / 2.4)
    [0.489, 0.489, 0.489]
    """

    group = "color"
    known_as = ("odt", "view", "view_transform", "ocio_display", "display_view")
    synonyms = other_words(display="device", view="transform odt", src="input source", looks="look")
    display = Name(doc="The display, by its name in the config.")
    view = Name(doc="The view of that display.")
    src = Name(doc="The space that the picture is in; a look fills it in.")
    config = Name(doc="The OpenColorIO config: a path or a built-in name; None: that of the look.")
    looks = Name(doc="Looks instead of those of the view, as in a, -b; empty for none.")
    context = Name(doc="Context variables of the config, as in SHOT=sh010, SEQ=night.")

    def validate(self) -> None:
        label = self.name or self.kind
        for field in ("display", "view"):
            if self.values[field] is None:
                raise ParameterError(f"{label}.{field}: name the {field}")

    def neutral(self) -> bool:
        return False

    def given_space(self, config: Any) -> str:
        """The space of the result, as a config names it."""
        return str(config.view_space(self.display, self.view))

    def transform(self, inverse: bool = False) -> Transform:
        """The steps of the view.

        Raises
        ------
        ParameterError
            If the source space is not known.
        UnknownSpace, UntranslatedTransform
            From the config.
        """
        config = open_config(self.config, self.context)
        source = source_space(self)
        return config.display(self.display, self.view, source, looks=self.looks, inverse=inverse)

    def forward(self, x: Any) -> Any:
        return self.transform()(x)

    def inverse(self, y: Any) -> Any:
        """From the display back to ``src``, as the config defines it."""
        return self.transform(inverse=True)(y)
