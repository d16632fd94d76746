"""The plate of `grade demo`: a still life made in code that a colorist can judge.

On a dark table before a grey wall: a ColorChecker of measured spectra, a card on which light and
dark skin fall off into shadow, balls of skin and of 18 % grey, six saturated tubes far above 1.0,
and a lamp that moves through the picture, so that every frame has other highlights.

Scene-linear ACES2065-1. A chart patch has its published ACES value within a few per cent.
"""

from grade.plate.exr_sequence import FIRST, write_plate

__all__ = ["FIRST", "write_plate"]
