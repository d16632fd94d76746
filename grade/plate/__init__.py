"""The plate of `grade demo`: a still life made in code that a colorist can judge.

On a dark table before a grey wall: a ColorChecker of measured spectra, a card on which light and
dark skin fall off into shadow, balls of skin and of 18 % grey, six saturated tubes far above 1.0,
and a lamp that moves through the picture, so that every frame has other highlights.

Scene-linear ACES2065-1. A chart patch has its published ACES value within a few per cent. The
picture has the same bits on every host: it is calculated with + - * / and the square root alone.
"""

from grade.plate.exr_sequence import FIRST, write_plate
from grade.plate.scene import Scene

__all__ = ["FIRST", "Scene", "write_plate"]
