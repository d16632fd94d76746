"""The distance of colors at an output of a look: dE ITP of a display, codes of a scene.

It is dE ITP (Rec. ITU-R BT.2124) and not dE 2000, because an output may be HDR, where CIELAB has no
meaning; 1 is about the least that an attentive viewer sees. Scene-referred output has no light of
a display, so it is measured in codes of the ACEScct curve made odd, in linear AP1
(:mod:`grade.qc.scene_codes`). Numbers of no known space, and data, have neither: their distance is
the largest difference of a channel, and no limit passes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from grade.graph.tracing.spaces import config_of_output
from grade.qc.picture_light import UNKNOWN, Kind, light_of_space, measure_distance

if TYPE_CHECKING:
    from grade.graph.look import Look

Array = NDArray[Any]


class Meter:
    """Measures distances in the space of one output of a look."""

    def __init__(self, look: Look, output: str) -> None:
        space = look.output_space(output)
        known = None if space is None else light_of_space(config_of_output(look, output), space)
        self.light = known or UNKNOWN

    @property
    def kind(self) -> Kind | None:
        """``display``, ``scene``, or None where the space is not known."""
        return self.light.kind

    def measure(self, a: Array, b: Array) -> Array:
        """Measure the distance of pixels ``(..., 3)``, in the unit of the kind.

        It is 0 for equal numbers and for two NaN, infinite for one NaN.
        """
        a, b = np.asarray(a, np.float32), np.asarray(b, np.float32)
        same = ((a == b) | (np.isnan(a) & np.isnan(b))).all(axis=-1)
        return np.where(same, 0.0, measure_distance(a, b, self.light, self.light))
