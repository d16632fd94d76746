"""ZoneWheels: stops are stops, zones are whole, and how many there are is the only structure."""

import numpy as np
import pytest

import grade
from grade.op import ParameterError, Working
from grade.ops import ZoneWheels
from grade.science.primaries import PRIMARIES

SIX = {
    "dark": [
        {"border": 1, "exposure": 0.25, "saturation": 0.75, "balance": (0.125, 0, -0.125)},
        {"border": -1.5, "exposure": -0.5, "falloff": 1.5},
        {"border": -4, "saturation": 0.25, "falloff": 1},
    ],
    "light": [
        {"border": -1, "exposure": 0.5, "balance": 0.0625},
        {"border": 1.5, "exposure": -0.75, "saturation": 1.25, "falloff": 3},
        {"border": 4, "exposure": -1, "balance": (0, 0, 0.5), "falloff": 4},
    ],
}
EXAMPLES = (
    ZoneWheels(**SIX),
    ZoneWheels(dark=[[-1, 0.75]]),
    ZoneWheels(light=[[0.5, -1, 1.5, [0.25, 0, 0], 3], [4, -0.5, 0]]),
    ZoneWheels(**SIX, amount=0.5, channels="rb"),
)


def grey(stops):
    return [0.18 * 2.0**stops] * 3


def test_within_a_zone_stops_are_stops():
    zones = ZoneWheels(light=[{"border": 1, "exposure": -1.5, "falloff": 2}])
    for stops in (3.0, 5.0, 12.0):
        assert np.allclose(zones.evaluate(grey(stops)), grey(stops - 1.5), rtol=1e-7)
    for stops in (1.0, 0.0, -20.0):
        assert np.allclose(zones.evaluate(grey(stops)), grey(stops), rtol=1e-12)
    assert np.allclose(zones.evaluate(grey(2.0)), grey(1.25), rtol=1e-7), "half of it in the middle"
    assert ZoneWheels(dark=[[0, 1]]).evaluate([-0.5, -0.5, -0.5]).tolist() == [-1.0, -1.0, -1.0]


def test_balance_and_saturation_are_per_zone(run):
    zones = ZoneWheels(dark=[{"border": 0, "balance": (1, 0, -1)}], light=[[1, 0, 0]])
    assert run(zones, [grey(-4)])[0] == pytest.approx([0.18 / 8, 0.18 / 16, 0.18 / 32], rel=1e-5)
    bright = run(zones, [[8.0, 4.0, 2.0]])[0]
    luminance = np.dot(PRIMARIES["ap1"].to_xyz[3:6], [8, 4, 2])
    assert bright == pytest.approx(luminance, rel=1e-5)


def test_zones_add_up_in_any_order():
    x = 2.0 ** np.random.default_rng(31).uniform(-10, 8, (200, 3))
    turned = {side: rows[::-1] for side, rows in SIX.items()}
    assert np.allclose(ZoneWheels(**SIX).evaluate(x), ZoneWheels(**turned).evaluate(x), rtol=1e-12)
    twice = ZoneWheels(light=[[0, 0.5], [0, 0.25]])
    assert np.allclose(twice.evaluate(x), ZoneWheels(light=[[0, 0.75]]).evaluate(x), rtol=1e-12)


@pytest.mark.parametrize("exposure", [-1.3, 1.3])
@pytest.mark.parametrize("side", ["dark", "light"])
def test_brighter_stays_brighter_within_two_thirds_of_the_falloff(side, exposure):
    zones = ZoneWheels(**{side: [{"border": 0, "exposure": exposure, "falloff": 2}]})
    ramp = (0.18 * 2.0 ** np.linspace(-12, 12, 4001))[:, None].repeat(3, axis=1)
    assert (np.diff(zones.evaluate(ramp)[:, 0]) > 0).all()


def test_the_luminance_is_that_of_the_working_space():
    zones, x = ZoneWheels(light=[[0, 1, 1, 0, 0.01]]), [0.0, 0.0, 1.5]
    narrow = Working(PRIMARIES["rec709"].to_xyz, lambda light: light)
    assert np.allclose(zones.evaluate(x, working=narrow), x), "0.108 is below grey"
    wide = Working((1.0, 0, 0, 0, 0, 1.0, 0, 0, 1.0), lambda light: light)
    assert np.allclose(zones.evaluate(x, working=wide), [0, 0, 3])


def test_how_many_zones_there_are_is_structure_and_their_numbers_are_not(program):
    assert (
        program(ZoneWheels(**SIX)).hash
        == program(ZoneWheels(dark=[[0, 1], [1, 1], [2, 1]], light=[[0, 1], [1, 1], [2, 1]])).hash
    )
    assert program(ZoneWheels(dark=[[0, 1]])).hash != program(ZoneWheels(light=[[0, 1]])).hash


def test_a_neutral_zone_gives_the_bits_of_the_input(run):
    x = (2.0 ** np.random.default_rng(32).uniform(-10, 8, (200, 3))).astype(np.float32)
    assert np.array_equal(run(ZoneWheels(dark=[[-2]], light=[[2], [4]]), x), x)


@pytest.mark.parametrize(
    ("zones", "message"),
    [
        ([{"exposure": 1}], r"deep\.dark\[0\]\.border: missing; it takes -24\.\.24 stops"),
        ([[0, 99]], r"deep\.dark\[0\]\.exposure = 99: outside -24\.\.24 stops"),
        ([[0], {"border": 0, "exposur": 1}], r"dark\[1\]\.exposur: no such .* mean exposure"),
        ([[0, 1, 1, (0, 1)]], r"balance = \(0, 1\): takes one number or three"),
        ([[0, 1, 1, 0, 1, 7]], r"dark\[0\]: 6 values; it takes 5: border, exposure"),
        ([3.0], r"takes rows \[\[border, exposure, saturation, balance, falloff\], \.\.\.\]"),
        ([["low"]], r"border = 'low': not a number"),
        ([[0]] * 33, r"33 rows; it takes 0\.\.32"),
    ],
)
def test_a_zone_that_is_none_is_refused(zones, message):
    with pytest.raises(ParameterError, match=message):
        ZoneWheels(dark=zones, name="deep")


def test_a_look_file_takes_rows_and_names_and_comes_back_unchanged(tmp_path):
    look = grade.Look("night", input="ACES2065-1", working="ACEScct")
    graded = look.source >> ZoneWheels(**SIX, name="zones")
    look.outputs["master"] = graded >> grade.FalseColor(bands=[[-1, 1, "green"]], name="scope")
    path = tmp_path / "night.grade.yaml"
    look.save(path)
    text = path.read_text()
    again = grade.load(path)
    assert again["zones"].dark == ZoneWheels(**SIX).dark and again["scope"].bands[0][2] == "green"
    again.save(tmp_path / "again.grade.yaml")
    assert (tmp_path / "again.grade.yaml").read_text() == text
    rows = "[[-1.5, -0.5, 1.0, [0.0, 0.0, 0.0], 1.5]]"
    look = look.set({"zones.dark": [{"border": -1.5, "exposure": -0.5, "falloff": 1.5}]})
    look.save(path)
    assert rows in path.read_text()
    path.write_text(
        path.read_text().replace(rows, "[{border: -1.5, exposure: -0.5, falloff: 1.5}]")
    )
    assert grade.load(path)["zones"].dark == look["zones"].dark
