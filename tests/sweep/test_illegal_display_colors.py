"""Colors of a display that a broadcast signal may not have, and what `legalize` makes of them.

The right answer keeps luma Y (BT.709 0.2126, 0.7152, 0.0722 or BT.2020 0.2627, 0.6780, 0.0593) and
the direction from the grey of that luma, and is the farthest color in that direction that the
standard allows. It is found here by bisection along the line from grey, in float64, so not by the
formula of the op. Limits are 10-bit codes: EBU R 103 20..984, BT.709 64..940, SMPTE ST 274 4..1019.
"""

import numpy as np
import pytest

import grade
from grade.io import Frame

LUMA = {"rec709": (0.2126, 0.7152, 0.0722), "rec2020": (0.2627, 0.6780, 0.0593)}
CODES = {"ebu_r103": (20, 984), "nominal": (64, 940), "sdi": (4, 1019)}

# Name, color, standard, luma.
COLORS = [
    ("red over white", (1.3, 0.0, 0.0), "ebu_r103", "rec709"),
    ("blue over white", (0.0, 0.0, 1.4), "ebu_r103", "rec709"),
    ("yellow over white", (1.2, 1.2, -0.1), "ebu_r103", "rec709"),
    ("a neon with a channel below black", (0.9, 0.2, -0.3), "ebu_r103", "rec709"),
    ("both ends at once", (1.2, 0.4, -0.2), "ebu_r103", "rec709"),
    ("grey over white", (1.2, 1.2, 1.2), "ebu_r103", "rec709"),
    ("grey under black", (-0.2, -0.2, -0.2), "ebu_r103", "rec709"),
    ("a blue cast under black", (-0.1, -0.1, 0.2), "ebu_r103", "rec709"),
    ("within 5 %", (1.04, 0.5, -0.04), "ebu_r103", "rec709"),
    ("the same, strictly", (1.04, 0.5, -0.04), "nominal", "rec709"),
    ("green of BT.2020", (-0.2, 1.1, -0.1), "ebu_r103", "rec2020"),
    ("red of BT.2020, strictly", (1.1, 0.1, 0.0), "nominal", "rec2020"),
    ("white of an interface", (1.12, 1.0, 0.9), "sdi", "rec709"),
    ("far outside", (40.0, -3.0, 0.5), "ebu_r103", "rec709"),
    ("a bit over the limit", (984.5 / 876 - 64 / 876, 0.5, 0.5), "ebu_r103", "rec709"),
    ("pure red, which is legal", (1.0, 0.0, 0.0), "nominal", "rec709"),
]


def right(color, standard, weights):
    low, high = ((code - 64) / 876 for code in CODES[standard])
    color = np.array(color, np.float64)
    grey = np.clip(color @ LUMA[weights], low, high)
    way = color - color @ LUMA[weights]

    def legal(part):
        made = grey + part * way
        return made.min() >= low - 1e-12 and made.max() <= high + 1e-12

    if legal(1.0):
        return grey + way
    inside, outside = 0.0, 1.0
    for _ in range(60):
        middle = (inside + outside) / 2
        inside, outside = (middle, outside) if legal(middle) else (inside, middle)
    return grey + inside * way


@pytest.mark.parametrize(
    ("color", "standard", "weights"), [c[1:] for c in COLORS], ids=[c[0] for c in COLORS]
)
def test_an_illegal_color(color, standard, weights, tmp_path):
    look = grade.Look("legal", input="ACEScg", working="ACEScg")
    display = grade.Display("Rec.1886 Rec.709 - Display", view="Un-tone-mapped")
    legal = {"standard": standard, "weights": weights}
    wanted = right(color, standard, weights)
    made = grade.Legalize(**legal).evaluate(list(color))
    assert made == pytest.approx(wanted, abs=1e-6), f"right {wanted.round(4)}, got {made.round(4)}"
    # Behind a display view, where scene light gives the color: still within, luma still kept.
    look.outputs["open"] = look.source >> display
    look.outputs["sdr"] = look.source >> display >> grade.Legalize(name="safe", **legal)
    light = Frame.from_pixels(np.float32([[np.abs(color) ** 2.4 * np.sign(color)]]))
    before, after = (
        look.apply(light, output=o).pixels[0, 0].astype(float) for o in ("open", "sdr")
    )
    assert after == pytest.approx(right(before, standard, weights), abs=3e-6)
