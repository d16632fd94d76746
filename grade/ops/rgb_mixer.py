"""RGBMixer: each channel as a mixture of the three, with luma kept if asked."""

from __future__ import annotations

from typing import Any

from grade.ir.expression import channels, matvec
from grade.op import Choice, Op, RgbParam, Switch, other_words
from grade.op.formulas.above_black import mix_above_black, unmix_above_black
from grade.science.luma import LUMA_WEIGHTS
from grade.science.matrices import Matrix, invert, transform


def _row(channel: int) -> RgbParam:
    word = ("red", "green", "blue")[channel]
    return RgbParam(
        tuple(float(i == channel) for i in range(3)),
        soft=(-2, 2), hard=(-100, 100), unit="factor",
        doc=f"The parts of red, green and blue in the new {word}.",
    )  # fmt: skip


class RGBMixer(Op):
    """Mix the channels: each output is a weighted sum of red, green and blue.

        m.r = red.r   x.r + red.g   x.g + red.b   x.b
        m.g = green.r x.r + green.g x.g + green.b x.b
        m.b = blue.r  x.r + blue.g  x.g + blue.b  x.b
        y = m                                   by default
        y = m + (luma(x) - luma(m))             with preserve_luma

    Without ``preserve_luma`` a row that adds up to 1 keeps greys. With it every pixel keeps its
    luma exactly: the same amount is added to all three channels, so it works for every value and
    the op is still a matrix. ``weights`` selects the luma. On the codes of a log space, by
    ``space``, a channel below black, the code of light 0, counts as black, and the rest of it is
    added back. Nothing is clipped. NaN or an infinity in one channel reaches all three.

    Source: the channel mixer of SVG's feColorMatrix, rows in its order, without alpha. Differs from
    mixers that keep luma by a factor, which is undefined at black.

    >>> RGBMixer(red=(0, 1, 0), green=(1, 0, 0)).evaluate([0.25, 0.5, 0.75]).tolist()
    [0.5, 0.25, 0.75]
    >>> RGBMixer(red=(2, 0, 0), preserve_luma=True).evaluate([1.0, 0.0, 0.0]).round(4).tolist()
    [1.7874, -0.2126, -0.2126]
    """

    group = "creative"
    domain = "linear"
    known_as = ("channel_mixer", "mixer", "channels_mixer")
    synonyms = other_words(red="r", green="g", blue="b", preserve_luma="preserve_luminance")
    red, green, blue = _row(0), _row(1), _row(2)
    preserve_luma = Switch(False, doc="Keep the luma of every pixel.")
    weights = Choice(*LUMA_WEIGHTS, doc="The luma that is kept.")

    def forward(self, x: Any) -> Any:
        return mix_above_black(self, x, self._mixed)

    def inverse(self, y: Any) -> Any:
        """The inverse matrix; NaN or infinities where there is none."""
        return unmix_above_black(self, y, self._mixed, self._unmixed, self._matrix())

    def _mixed(self, x: Any) -> Any:
        return matvec(self._matrix(), x)

    def _unmixed(self, y: Any) -> Any:
        return matvec(invert(self._matrix()), y)

    def _matrix(self) -> Matrix:
        """Nine expressions of uniforms."""
        rows = [channels(self.values[name]) for name in ("red", "green", "blue")]
        cells: Any = tuple(cell for row in rows for cell in row)
        if not self.preserve_luma:
            return cells  # type: ignore[no-any-return]
        weights = LUMA_WEIGHTS[self.weights]
        columns: Any = tuple(cells[3 * j + i] for i in range(3) for j in range(3))
        kept = [w - mixed for w, mixed in zip(weights, transform(columns, weights), strict=True)]
        return tuple(cell + kept[i % 3] for i, cell in enumerate(cells))
