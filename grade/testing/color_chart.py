"""The 24 patches of the color chart in ACES2065-1.

Source: spectra of ISO 17321-1 as published in colour-science, exposed after SMPTE ST 2065-1 under
CIE daylight of 6000 K, rounded to five digits. They are written as numbers, so that the probe
picture has the same bits on every host.
"""

from __future__ import annotations

Triple = tuple[float, float, float]

PATCHES: dict[str, Triple] = {
    "dark_skin": (0.11877, 0.08709, 0.05895),
    "light_skin": (0.40000, 0.31917, 0.23734),
    "blue_sky": (0.18476, 0.20398, 0.31308),
    "foliage": (0.10901, 0.13511, 0.06492),
    "blue_flower": (0.26683, 0.24604, 0.40929),
    "bluish_green": (0.32283, 0.46209, 0.40600),
    "orange": (0.38604, 0.22743, 0.05777),
    "purplish_blue": (0.13822, 0.13037, 0.33698),
    "moderate_red": (0.30200, 0.13752, 0.12758),
    "purple": (0.09310, 0.06346, 0.13527),
    "yellow_green": (0.34877, 0.43655, 0.10612),
    "orange_yellow": (0.48654, 0.36685, 0.08060),
    "blue": (0.08731, 0.07442, 0.27268),
    "green": (0.15366, 0.25692, 0.09070),
    "red": (0.21739, 0.07070, 0.05130),
    "yellow": (0.58918, 0.53944, 0.09156),
    "magenta": (0.30901, 0.14817, 0.27426),
    "cyan": (0.14900, 0.23378, 0.35932),
    "white": (0.86651, 0.86792, 0.85809),
    "neutral_8": (0.57355, 0.57256, 0.57164),
    "neutral_65": (0.35346, 0.35337, 0.35388),
    "neutral_5": (0.20252, 0.20243, 0.20286),
    "neutral_35": (0.09467, 0.09520, 0.09636),
    "black": (0.03745, 0.03766, 0.03895),
}
