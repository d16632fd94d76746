"""The distance of samples in dE ITP, whatever space an output is in.

It is dE ITP (Rec. ITU-R BT.2124) and not dE 2000, because an output may be scene-linear or HDR,
where CIELAB has no meaning. 1 is about the least that an attentive viewer sees. Output in a known
encoding is decoded by its Color Interop ID; other scene-referred output is converted to ACES2065-1.
1.0 of linear light counts as 100 cd/m2, and light below 0 as 0. Numbers of no known space, and
displays whose curve no tag names (HLG), count as linear Rec.709.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grade.graph.tracing.spaces import config_of_output
from grade.qc import delta_e_itp, detect_encoding

if TYPE_CHECKING:
    from grade.graph.look import Look
    from grade.qc import Encoding

Array = NDArray[Any]
_HUB = "aces_interchange"
_KNOWN = ("lin", "g18", "g22", "g24", "g26", "srgb", "pq")


class Meter:
    """Measures distances in the space of one output of a look."""

    def __init__(self, look: Look, output: str) -> None:
        self._space = look.output_space(output)
        self._config = None if self._space is None else config_of_output(look, output)
        tags = {} if self._config is None else self._config.interop(self._space)
        self.light: Encoding = detect_encoding(tags, integers=False)
        curve = str(tags.get("colorInteropID", "")).partition("_")[0]
        self._by_hub = self._config is not None and curve not in _KNOWN and self._has_hub()
        if self._by_hub:
            self.light = detect_encoding({"colorInteropID": "lin_ap0_scene"}, integers=False)

    def _has_hub(self) -> bool:
        assert self._config is not None
        space = self._config.space(self._space)
        return bool(self._config.raw.hasRole(_HUB)) and not space.is_display and not space.is_data

    def measure(self, a: Array, b: Array) -> Array:
        """Measure the dE ITP of pixels ``(..., 3)``.

        It is 0 for equal numbers and for two NaN, infinite for one NaN.
        """
        a, b = np.asarray(a, np.float32), np.asarray(b, np.float32)
        same = ((a == b) | (np.isnan(a) & np.isnan(b))).all(axis=-1)
        with np.errstate(all="ignore"):
            found = delta_e_itp(self._linear(a), self._linear(b), self.light)
        return np.where(same, 0.0, np.where(np.isnan(found), np.inf, found))

    def _linear(self, pixels: Array) -> Array:
        if not self._by_hub:
            return pixels
        from grade.graph import Look
        from grade.ops.convert import Convert

        assert self._config is not None
        way = Look("meter", working=self._space, config=self._config.path)
        way.outputs["hub"] = way.source >> Convert(dst=_HUB)
        flat = np.ascontiguousarray(pixels.reshape(-1, 1, 3))
        linear: Array = way.apply(flat, device="reference").reshape(pixels.shape)
        return linear
