"""The picture that looks of format 1 are held on, and the digest of what a look makes of it.

Its colors are opaque and no channel is below the code of black, so corrections of pixels that are
(empty ones, lamps outside the gamut) do not move it.
"""

import hashlib

import numpy as np

from grade.plate.colors import chart


def picture():
    """(60, 96, 3) of float32: the patches of a chart in three exposures, and a grey ramp."""
    patches = np.repeat(np.repeat(chart().astype(np.float32), 4, axis=0), 16, axis=1)
    patches = np.concatenate([patches * gain for gain in (0.25, 1.0, 4.0)])
    ramp = np.repeat(((np.arange(96) + 1.0) / 12.0)[None, :, None] ** 2, 3, axis=-1)
    ramp = np.repeat(ramp, 12, axis=0)
    return np.ascontiguousarray(np.concatenate([patches, ramp]), np.float32)


def digest(look, output=None):
    """The first digits of the sha256 of an output, computed by the kernel of the CPU."""
    graded = look.apply(picture(), output=output, device="cpu", threads=1)
    return hashlib.sha256(graded.tobytes()).hexdigest()[:16]
