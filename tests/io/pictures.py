"""Pictures that the tests of this folder share."""

from pathlib import Path
from typing import Any

import numpy as np

from grade.io import Frame

PLATES = Path(__file__).parents[2].parent / "shared" / "plates"


def pixels(size: int = 16, channels: int = 3, dtype: Any = np.float16, seed: int = 1) -> Any:
    """Random values, from below 0 to far above 1; alpha 0.25 to 1."""
    random = np.random.default_rng(seed)
    values = random.normal(0.5, 1.0, (size, size + 3, channels))
    if channels == 4:
        values[..., 3] = random.uniform(0.25, 1.0, values.shape[:2])
    return values.astype(dtype)


def picture(size: int = 16, channels: int = 3, dtype: Any = np.float16, **entries: Any) -> Frame:
    return Frame.from_pixels(pixels(size, channels, dtype), **entries)
