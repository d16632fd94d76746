"""Cubes of every kind that is inverted in practice, as files: smooth, creative, clipped."""

import numpy as np

REC709 = np.array([0.2126, 0.7152, 0.0722])


def saturate(x, amount):
    luma = (x @ REC709)[..., None]
    return luma + amount * (x - luma)


def contrast(x, slope, pivot=0.435):
    """An S through the pivot, in 0..1."""
    return 1 / (1 + np.exp(-slope * (x - pivot)))


def twist(x, degrees):
    """The hue turned about the grey axis."""
    turn, axis = np.deg2rad(degrees), np.ones(3) / np.sqrt(3)
    along = (x @ axis)[..., None] * axis
    return along + np.cos(turn) * (x - along) + np.sin(turn) * np.cross(axis, x)


def film(x):
    """A print: each channel's own toe and shoulder, and dyes that leak into the others."""
    dense = contrast(x, np.array([7.5, 7.0, 6.2]), np.array([0.44, 0.46, 0.47]))
    return dense @ np.array([[0.92, 0.05, 0.03], [0.06, 0.90, 0.04], [0.02, 0.09, 0.89]]).T


def to_display(x):
    """LogC4, roughly, to a display: linear light, a shoulder, a gamma."""
    light = np.maximum((2 ** (14 * x - 6) - 2.0**-5) / 9, 0)
    return (light / (light + 0.6)) ** (1 / 2.4)


def teal_and_orange(x):
    luma = (x @ REC709)[..., None]
    warm, cold = np.array([0.06, 0.01, -0.05]), np.array([-0.05, 0.01, 0.06])
    return saturate(contrast(x, 5.5), 1.3) + warm * luma + cold * (1 - luma)


def bleach(x):
    luma = (x @ REC709)[..., None]
    over = np.where(luma < 0.5, 2 * x * luma, 1 - 2 * (1 - x) * (1 - luma))
    return 0.5 * x + 0.5 * saturate(over, 0.6)


# name: nodes, function, clipped to 0..1, digits that the file has
CUBES = {
    "gamma 0.5": (17, lambda x: x**0.5, True, 6),
    "gamma 2.4": (33, lambda x: x**2.4, True, 6),
    "matrix": (17, lambda x: saturate(x, 0.8) * 0.9 + 0.05, False, 6),
    "soft contrast": (33, lambda x: contrast(x, 5), False, 6),
    "lift and gain": (17, lambda x: 0.03 + 0.85 * x, False, 6),
    "log to display": (33, to_display, True, 6),
    "log to display, 65": (65, to_display, True, 6),
    "film print": (33, film, True, 6),
    "film print, 17": (17, film, True, 6),
    "teal and orange": (33, teal_and_orange, True, 6),
    "hue twist": (33, lambda x: twist(saturate(contrast(x, 6), 1.2), 12), True, 6),
    "strong hue twist": (17, lambda x: twist(saturate(x, 1.4), -25), True, 6),
    "bleach bypass": (33, bleach, True, 6),
    "saturated, clipped corners": (33, lambda x: saturate(x, 1.8), True, 6),
    "hard contrast, clipped": (33, lambda x: 1.6 * (x - 0.5) + 0.5, True, 6),
    "three channels clipped high": (17, lambda x: 1.4 * x**0.8, True, 6),
    "legal range": (17, lambda x: (64 + 876 * x) / 1023, False, 6),
    "ten bits": (33, lambda x: np.round(1023 * film(x)) / 1023, True, 4),
    "beyond one": (17, lambda x: 1.3 * saturate(x**1.5, 1.2) - 0.04, False, 6),
    "pastel": (33, lambda x: 0.3 + 0.4 * saturate(contrast(x, 4), 0.5), False, 6),
}


DOMAIN = "film print over -0.2..1.2"
SHAPER = "film print behind a curve"
CUBES |= {DOMAIN: (17, film, True, 6), SHAPER: (17, film, True, 6)}


def cube_file(folder, name):
    """Write the cube of this name: as .cube, or as .csp if a curve comes before it."""
    edge, function, clip, digits = CUBES[name]
    axis = np.linspace(0, 1, edge)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")  # red runs fastest
    rows = function(np.stack([red, green, blue], -1).reshape(-1, 3))
    rows = np.clip(rows, 0, 1) if clip else rows
    lines = [f"{r:.{digits}f} {g:.{digits}f} {b:.{digits}f}" for r, g, b in rows.tolist()]
    if name == SHAPER:
        curve = "6\n0 0.05 0.2 0.4 0.7 1\n0 0.2 0.45 0.65 0.85 1"
        lines = ["CSPLUTV100", "3D", "", *[curve] * 3, "", f"{edge} {edge} {edge}", *lines]
    else:
        domain = ["DOMAIN_MIN -0.2 -0.2 -0.2", "DOMAIN_MAX 1.2 1.2 1.2"] if name == DOMAIN else []
        lines = [*domain, f"LUT_3D_SIZE {edge}", *lines]
    path = folder / ("a.csp" if name == SHAPER else "a.cube")
    path.write_text("\n".join(lines) + "\n")
    return path
