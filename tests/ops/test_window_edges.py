"""All windows: the side that a soft edge lies on, and centers in pixels."""

import numpy as np
import pytest

import grade
from grade.ops import Bezier, Ellipse, Polygon, Rectangle

SQUARE = ((-0.25, -0.25), (0.25, -0.25), (0.25, 0.25), (-0.25, 0.25))
WINDOWS = {
    "ellipse": Ellipse(size=0.5, soft=0.1, falloff="linear"),
    "rectangle": Rectangle(size=0.5, soft=0.1, falloff="linear"),
    "rounded": Rectangle(size=0.5, soft=0.1, radius=0.05, falloff="linear"),
    "polygon": Polygon(SQUARE, soft=0.1, falloff="linear"),
    "bezier": Bezier(soft=0.1, falloff="linear"),
}
every_window = pytest.mark.parametrize("name", WINDOWS)


@every_window
@pytest.mark.parametrize(
    ("edge", "ends"), [("outward", (0.25, 0.35)), ("inward", (0.15, 0.25)), ("both", (0.2, 0.3))]
)
def test_the_edge_lies_where_it_is_said(name, edge, ends):
    """On the axis of the window the outline is at 0.25; Bezier's circle is within 0.12 % of it."""
    window = WINDOWS[name].copy(edge=edge)
    full, none = ends
    middle = (full + none) / 2
    places = [0.0, full - 1e-3, middle, none + 1e-3]
    assert window.evaluate(places, 0.0) == pytest.approx([1, 1, 0.5, 0], abs=0.006)
    assert window.copy(falloff="smooth").evaluate(middle, 0.0) == pytest.approx(0.5, abs=0.01)


@every_window
def test_a_hard_edge_is_the_same_on_every_side(name, plate):
    x, y, pixel = plate.places(60, 80)
    hard = WINDOWS[name].copy(soft=0.0)
    mattes = [hard.copy(edge=edge).evaluate(x, y, pixel=pixel) for edge in ("outward", "inward")]
    assert np.allclose(*mattes, atol=1e-12)


@every_window
def test_further_in_is_less(name, plate):
    x, y, pixel = plate.places(90, 120)
    out, both, within = (
        WINDOWS[name].copy(edge=edge).evaluate(x, y, pixel=pixel)
        for edge in ("outward", "both", "inward")
    )
    assert (out >= both - 1e-12).all() and (both >= within - 1e-12).all()
    assert out.sum() > both.sum() > within.sum() > 0


def test_sides_of_different_softness_move_by_their_own():
    window = Rectangle(size=0.6, soft=(0.2, 0.0, 0.1, 0.0), edge="inward", falloff="linear")
    assert window.evaluate([-0.2, -0.05, 0.29, 0.31], 0.0) == pytest.approx([0.5, 1, 1, 0])
    assert window.evaluate(0.1, [0.25, 0.15, -0.29, -0.31]) == pytest.approx([0.5, 1, 1, 0])


def test_softer_than_it_is_wide_nothing_breaks(plate):
    x, y, pixel = plate.places(60, 80)
    for name, window in WINDOWS.items():
        matte = window.copy(soft=2.0, edge="inward").evaluate(x, y, pixel=pixel)
        assert np.isfinite(matte).all() and matte.min() >= 0 and matte.max() <= 1, name


@pytest.mark.parametrize("window", [Ellipse, Rectangle])
@pytest.mark.parametrize("aspect", [1.0, 2.0])
def test_a_center_in_pixels_is_where_a_tracker_says(window, aspect):
    """Pixels of the display window from its lower left corner, y up."""
    plate = np.ones((90, 160, 3), np.float32)

    def graded(**where):
        look = grade.Look("x", input="ACEScg", working="ACEScg")
        spot = window(size=0.3, soft=0.05, name="spot", **where)
        look.outputs["m"] = look.source >> grade.Exposure(-2, matte=spot, name="dark")
        return look.apply(plate, pixel_aspect=aspect)

    x, y = (120.0 - 80.0) / 90.0 * aspect, (30.0 - 45.0) / 90.0
    in_pixels = graded(center=(120.0, 30.0), unit="pixels")
    # Rounding may take a pixel at a corner to the other form of the corner.
    apart = np.abs(in_pixels - graded(center=(x, y)))
    assert apart.max() < 0.02 and np.count_nonzero(apart > 1e-5) <= 12
    assert in_pixels[90 - 30, 120, 0] == 0.25 and in_pixels[0, 0, 0] == 1


def test_a_crop_has_the_places_of_the_full_picture():
    plate = np.ones((90, 160, 3), np.float32)
    look = grade.Look("x", input="ACEScg", working="ACEScg")
    spot = Ellipse(center=(120.0, 30.0), unit="pixels", size=0.3, soft=0.05, name="spot")
    look.outputs["m"] = look.source >> grade.Exposure(-2, matte=spot, name="dark")
    whole = look.apply(plate)
    crop = look.apply(plate[40:80, 90:150], region=(90, 40), full=(160, 90))
    assert (crop == whole[40:80, 90:150]).all()


def test_a_track_in_pixels_moves_the_window(tmp_path):
    """Two places of a tracker, with pixel centers at halves as Nuke counts them."""
    track = tmp_path / "spot.csv"
    track.write_text("frame,x,y\n1001,40.5,30.5\n1003,60.5,50.5\n")
    look = grade.Look("x", input="ACEScg", working="ACEScg")
    spot = Ellipse(center=grade.Track.read(track), unit="pixels", size=0.02, name="spot")
    look.outputs["m"] = look.source >> grade.Exposure(-2, matte=spot, name="dark")
    for frame, (x, y) in ((1001, (40, 30)), (1002, (50, 40)), (1003, (60, 50))):
        graded = look.apply(np.ones((100, 160, 3), np.float32), frame=frame)[::-1, :, 0]
        assert np.argwhere(graded < 0.5).tolist() == [[y, x]]
