"""Luma weights: how much red, green and blue count in the sum that stands for brightness."""

from __future__ import annotations

Weights = tuple[float, float, float]

REC709: Weights = (0.2126, 0.7152, 0.0722)
REC601: Weights = (0.299, 0.587, 0.114)
REC2020: Weights = (0.2627, 0.6780, 0.0593)
FCC: Weights = (0.30, 0.59, 0.11)  # FCC 73.682, the NTSC of 1953
SMPTE240: Weights = (0.212, 0.701, 0.087)  # SMPTE ST 240
AP1: Weights = (0.2722287168, 0.6740817658, 0.0536895174)  # the Y row as the ACES CTL prints it
# The same row in the digits of OpenColorIO, for transforms that are translated from it.
AP1_OPENCOLORIO: Weights = (0.27222871678091454, 0.67408176581114831, 0.053689517407937051)
EQUAL: Weights = (1 / 3, 1 / 3, 1 / 3)  # the mean of the channels

# The weights that ops offer by name. Sources: BT.709, BT.601, BT.2020, ACES CTL.
LUMA_WEIGHTS: dict[str, Weights] = {
    "rec709": REC709,
    "rec601": REC601,
    "rec2020": REC2020,
    "ap1": AP1,
    "equal": EQUAL,
}


def red_and_blue(weights: Weights) -> tuple[float, float]:
    """K_R and K_B, the two weights that define a Y'CbCr matrix; K_G is what is left to 1."""
    return weights[0], weights[2]
