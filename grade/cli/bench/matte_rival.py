"""The rival of the desk: OpenColorIO between mattes, NumPy for the mattes and what they limit.

It is what a careful user would write. OpenColorIO knows neither pixels of another node nor places
in the picture, so runs of nodes between mattes are one processor each. The rows go through all of
it in bands that stay in the cache. Windows do not move and are drawn once, before the clock starts.
Nothing is computed outside the window of the skin.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grade.cli.bench import opencolorio_peers
from grade.cli.bench.rivals import Processor, Setting
from grade.science.luma import REC709

if TYPE_CHECKING:
    from collections.abc import Callable

    from grade.graph import Look

BAND = 131072  # pixels: 2 MB, within a few hundredths the best of 4096 to 4194304
FAINT = 2.0**-16


class Desk:
    """The look `desk`, in float RGBA.

    Parameters
    ----------
    look, setting
        The look with its values, and the pictures it is for.
    """

    def __init__(self, look: Look, setting: Setting) -> None:
        import numpy as np
        import PyOpenColorIO as ocio

        def processor(*transforms: Any) -> Processor:
            return Processor(look, ocio.GroupTransform(list(transforms)), setting)

        between = ocio.ColorSpaceTransform
        self.rows = max(1, BAND // setting.size[0])
        self.trim = processor(
            between(look.assumed_input, opencolorio_peers.LIGHT), _light(look),
            between(opencolorio_peers.LIGHT, look.working), opencolorio_peers.cdl(look),
        )  # fmt: skip
        self.primary = processor(*(part(look) for part in PRIMARY))
        self.to_light = processor(between(look.working, opencolorio_peers.LIGHT))
        self.to_log = processor(between(opencolorio_peers.LIGHT, look.working))
        self.silver = processor(opencolorio_peers.cdl(look, "silver"))
        self.view = processor(opencolorio_peers.view(look))

        self.key = look["skin"].values
        self.saturation = look["skin_color"].values["saturation"]
        self.gain = opencolorio_peers.gain_of(look, "skin_light")
        self.share = look["blend"].values["amount"]

        spot = _window(look, "spot", setting)
        down, across = (np.flatnonzero(spot.any(axis)) for axis in (1, 0))
        self.top, self.left = down[0], across[0]
        self.spot = np.ascontiguousarray(spot[down[0] : down[-1] + 1, across[0] : across[-1] + 1])
        outside = look["edges"].values["amount"] * (1 - _window(look, "middle", setting))
        darker = 1 + outside * (opencolorio_peers.gain_of(look, "edges") - 1)
        self.darker = np.ones((*darker.shape, 4), np.float32)
        self.darker[..., :3] = darker[..., None]

    def __call__(self, rows: Any, top: int = 0, /) -> None:
        """Change the rows, in place."""
        for first in range(0, len(rows), self.rows):
            self._band(rows[first : first + self.rows], top + first)

    def _band(self, band: Any, top: int) -> None:
        import numpy as np

        self.trim(band)
        above = max(top, self.top)
        spot = self.spot[above - self.top : max(0, top + len(band) - self.top)]
        box = band[above - top :][: len(spot), self.left :][:, : spot.shape[1]]
        face = np.minimum(self._skin(box), spot)
        self.primary(band)
        _saturate(box, face * (self.saturation - 1))
        self.to_light(band)
        _multiply(box, 1 + face * (self.gain - 1))
        band *= self.darker[top : top + len(band)]
        self.to_log(band)
        over = band.copy()
        self.silver(over)
        over -= band
        over *= self.share
        band += over
        self.view(band)

    def _skin(self, box: Any) -> Any:
        """A hue, saturation and value key."""
        import numpy as np

        red, green, blue = (np.ascontiguousarray(box[..., channel]) for channel in range(3))
        most = np.maximum(np.maximum(red, green), blue)
        chroma = most - np.minimum(np.minimum(red, green), blue)
        colored = chroma > FAINT * most
        hue = np.where(most == green, blue - red + 2 * chroma, red - green + 4 * chroma)
        np.copyto(hue, green - blue, where=most == red)
        np.divide(hue, chroma, out=hue, where=colored)
        saturation = np.divide(chroma, most, out=chroma, where=colored)
        hues = self.key["hue"]
        half = 0.5 * ((hues.high - hues.low) % 360)  # a range may go round over red
        hue *= 60
        hue -= hues.low + half
        hue -= 360 * np.rint(hue * (1 / 360))
        matte = _within(hue, -half, half, hues.edges)
        for values, name in ((saturation, "saturation"), (most, "luminance")):
            band = self.key[name]
            matte *= _within(values, band.low, band.high, band.edges)
        matte *= colored
        return matte


PRIMARY: tuple[Callable[[Look], Any], ...] = (
    opencolorio_peers.wheels,
    opencolorio_peers.contrast,
    opencolorio_peers.tones,
    opencolorio_peers.curves,
)


def _light(look: Look) -> Any:
    """Exposure and white balance as one matrix of linear light."""
    import numpy as np
    import PyOpenColorIO as ocio

    columns = look.op("balance").evaluate(np.eye(3)) * opencolorio_peers.gain_of(look, "open")
    matrix = np.eye(4)
    matrix[:3, :3] = columns.T
    return ocio.MatrixTransform(matrix.reshape(-1).tolist())


def _window(look: Look, name: str, setting: Setting) -> Any:
    """A window over the whole picture."""
    import numpy as np

    width, height = setting.size
    x = (np.arange(width) + 0.5 - 0.5 * width) / height
    y = 0.5 - (np.arange(height) + 0.5) / height
    window = look.op(name)
    drawn = [window.evaluate(x, line, pixel=1 / height) for line in y]  # type: ignore[call-arg]
    return np.stack(drawn).astype(np.float32)


def _within(values: Any, low: float, high: float, edges: tuple[float, float]) -> Any:
    """1 from low to high, falling straight to 0 over the edges."""
    import numpy as np

    rising = (values - low) * (1 / edges[0])
    falling = (high - values) * (1 / edges[1])
    matte = np.minimum(rising, falling, out=rising)
    matte += 1
    return np.clip(matte, 0, 1, out=matte)


def _saturate(box: Any, more: Any) -> None:
    """Move every channel away from the luma, by ``more`` of the distance."""
    luma = sum(box[..., channel] * weight for channel, weight in enumerate(REC709))
    for channel in range(3):
        box[..., channel] += more * (box[..., channel] - luma)


def _multiply(box: Any, factor: Any) -> None:
    for channel in range(3):
        box[..., channel] *= factor
