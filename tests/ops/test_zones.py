"""Zones: the integral of the limited slope, greys that never fall, names that go everywhere."""

import json

import numpy as np
import pytest

import grade
from grade.cli.job.knob_text import parse_knobs
from grade.op import ParameterError, Working
from grade.ops import Zones, ZoneWheels
from grade.science.primaries import PRIMARIES

from ..draw import some

BORDERS = {"black": -4, "dark": -1.5, "shadow": 1, "light": -1, "highlight": 1.5, "specular": 4}
DOWN = ("black", "dark", "shadow")
SIX = {
    "black": {"saturation": 0.25, "falloff": 1},
    "dark": {"exposure": -0.5, "falloff": 1.5},
    "shadow": {"exposure": 0.25, "saturation": 0.75, "balance": (0.125, 0, -0.125)},
    "light": {"exposure": 0.5, "balance": 0.0625},
    "highlight": {"exposure": -0.75, "saturation": 1.25, "falloff": 3},
    "specular": {"exposure": -1, "balance": (0, 0, 0.5), "falloff": 4},
}
EXAMPLES = (
    Zones(**SIX),
    Zones(shadow={"exposure": 1}, light={"exposure": -1}),
    Zones(dark={"exposure": 1.75, "border": 0.5, "falloff": 0.75, "balance": (0.5, 0, -0.5)}),
    Zones(**SIX, amount=0.5, channels="rb"),
)


def grey(stops):
    return [0.18 * 2.0**stops] * 3


def drawn(draw):
    """Six zones with anything within their sliders."""
    return {
        name: {
            "exposure": draw.uniform(-2, 2),
            "balance": tuple(draw.uniform(-1, 1, 3)),
            "falloff": draw.uniform(0.5, 6),
            "border": border if draw.random() < 0.5 else draw.uniform(-6, 6),
        }
        for name, border in BORDERS.items()
    }


def integrated(zones, channel):
    """The tone curve by the trapezoidal rule on 1.6 million places: the definition, bluntly."""
    stops = np.linspace(-16, 16, 1_600_001)
    slope, at_grey = np.ones_like(stops), 0.0
    for name in BORDERS:
        zone, way = zones.values[name], -1.0 if name in DOWN else 1.0
        step = zone.exposure + zone.balance[channel]
        u = np.clip((stops - zone.border) * way / zone.falloff, 0, 1)
        slope += way * step * 6 * u * (1 - u) / zone.falloff
        v = min(max(-zone.border * way / zone.falloff, 0), 1)
        at_grey += step * v * v * (3 - 2 * v)
    slope = np.maximum(slope, 1 / 8)
    curve = np.concatenate([[0], np.cumsum((slope[1:] + slope[:-1]) / 2) * (stops[1] - stops[0])])
    return stops, curve - curve[800_000] + at_grey


@pytest.mark.parametrize("seed", some(range(8), 2))
def test_the_curve_is_the_integral_of_the_limited_slope(seed):
    zones = Zones(**drawn(np.random.default_rng(seed)))
    places = np.linspace(-15, 15, 1001)
    graded = zones.evaluate(0.18 * 2.0 ** np.repeat(places[:, None], 3, axis=1))
    for channel in range(3):
        stops, curve = integrated(zones, channel)
        expected = np.interp(places, stops, curve)
        assert np.allclose(np.log2(graded[:, channel] / 0.18), expected, atol=1e-8)


def test_where_no_curve_turns_back_the_gains_are_those_of_zone_wheels():
    rows = {
        side: [{"border": BORDERS[name], **SIX[name]} for name in BORDERS if (name in DOWN) == dark]
        for side, dark in (("dark", True), ("light", False))
    }
    x = 0.18 * 2.0 ** np.random.default_rng(5).uniform(-10, 8, (300, 3))
    assert np.allclose(Zones(**SIX).evaluate(x), ZoneWheels(**rows).evaluate(x), rtol=1e-12)


def test_within_a_zone_stops_are_stops():
    zones = Zones(highlight={"exposure": -1})
    for stops in (3.5, 6.0, 12.0):
        assert np.allclose(zones.evaluate(grey(stops)), grey(stops - 1), rtol=1e-7)
    assert np.allclose(zones.evaluate(grey(2.5)), grey(2.0), rtol=1e-7), "half of it in the middle"
    for stops in (1.5, 0.0, -20.0):
        assert np.allclose(zones.evaluate(grey(stops)), grey(stops), rtol=1e-12)
    assert Zones(shadow={"exposure": 1}).evaluate([-0.5] * 3).tolist() == [-1.0, -1.0, -1.0]


def test_grey_is_where_the_zones_ask_for_it():
    for zones in (Zones(shadow={"exposure": 1}, light={"exposure": -1}), Zones(**SIX)):
        weight = 0.5  # of shadow and light, whose falloffs are centered on grey
        step = weight * (zones.shadow.exposure + zones.light.exposure)
        balance = weight * (np.array(zones.shadow.balance) + zones.light.balance)
        y = zones.evaluate(grey(0.0))
        narrow = zones.copy(black={}, dark={}, highlight={}, specular={})
        assert np.allclose(narrow.copy(shadow={**as_map(narrow.shadow), "saturation": 1}).evaluate(
            grey(0.0)), 0.18 * 2.0 ** (step + balance), rtol=1e-9)  # fmt: skip
        assert np.isfinite(y).all()


def as_map(zone):
    return dict(zip(zone.names, zone.cells, strict=True))


def test_balance_and_saturation_are_per_zone(run):
    assert run(Zones(shadow={"balance": (1, 0, -1)}), [grey(-4)])[0] == pytest.approx(
        [0.18 / 8, 0.18 / 16, 0.18 / 32], rel=1e-5
    )
    bright = run(Zones(light={"saturation": 0}), [[8.0, 4.0, 2.0]])[0]
    luminance = np.dot(PRIMARIES["ap1"].to_xyz[3:6], [8, 4, 2])
    assert bright == pytest.approx(luminance, rel=1e-5)


def test_the_luminance_is_that_of_the_working_space():
    zones, x = Zones(light={"exposure": 1, "border": 0, "falloff": 0.05}), [0.0, 0.0, 1.5]
    narrow = Working(PRIMARIES["rec709"].to_xyz, lambda light: light)
    assert np.allclose(zones.evaluate(x, working=narrow), x), "0.108 is below grey"
    wide = Working((1.0, 0, 0, 0, 0, 1.0, 0, 0, 1.0), lambda light: light)
    assert np.allclose(zones.evaluate(x, working=wide), [0, 0, 3])


def test_moving_a_border_recompiles_nothing(program):
    moved = Zones(dark={"exposure": 1, "border": 2, "falloff": 5}, specular={"saturation": 0})
    assert program(Zones()).hash == program(moved).hash


def test_a_zone_that_is_only_moved_gives_the_bits_of_the_input(run):
    x = (2.0 ** np.random.default_rng(32).uniform(-10, 8, (200, 3))).astype(np.float32)
    assert np.array_equal(run(Zones(dark={"border": -2, "falloff": 1}), x), x)


def test_the_notes_say_by_how_much_a_zone_misses_its_exposure():
    assert Zones(shadow={"exposure": 1}, specular={"exposure": -1}).notes() == []
    shadow, light = Zones(shadow={"exposure": 1}, light={"exposure": -1}).notes()
    # At -1 stop +1 is asked. The slope 1 - 3 u (1 - u) per falloff of 2 stops ends at 1/8:
    # by hand with u = 1/2 +- sqrt(1/24): 2 stops less what an eighth keeps are 0.73 each way.
    assert shadow.startswith("shadow misses its exposure by -0.27 stops: at -1 stops from grey the")
    assert (
        "zones ask for +1.00, and the curve, which keeps an eighth of its slope, gives +0.73"
        in (shadow)
    )
    assert light.startswith("light misses its exposure by +0.27 stops: at +1 stops from grey")
    # What shadow lifts at grey, lifts all that is brighter: there nothing was asked for.
    (red,) = Zones(shadow={"balance": (2, 0, 0), "falloff": 1}).notes()
    assert "at +1 stops from grey the zones ask for +0.00 of red" in red
    keyed = Zones(shadow={1: {"exposure": 0}, 9: {"exposure": 3}})
    assert len(keyed.notes()) == 1 and " at frame 9; a wider" in keyed.notes()[0]


def test_explain_prints_the_notes(tmp_path):
    from click.testing import CliRunner

    from grade.cli.explain.command import command

    path = tmp_path / "night.grade.yaml"
    path.write_text(
        "grade: 1\nlook: night\ninput: ACEScg\nnodes:\n"
        "  tone: {op: zones, shadow: {exposure: 1}, light: {exposure: -1}}\n"
        "outputs:\n  m: {from: tone}\n"
    )
    said = CliRunner().invoke(command, [str(path)]).output
    assert "note: tone: shadow misses its exposure by -0.27 stops" in said


# --- names ----------------------------------------------------------------------------------------


def night():
    look = grade.Look("night", input="ACES2065-1", working="ACEScct")
    look.outputs["master"] = look.source >> Zones(**SIX, name="tone")
    look.knobs["deep"] = "tone.shadow.exposure"
    return look


def test_a_part_of_a_zone_has_one_name_everywhere():
    """node.zone.part, and .r behind it for a channel: the zone is a name of the op, r never is."""
    look = night()
    given = ["tone.shadow.exposure=0.5", "tone.shadow.balance.r=0.25", "tone.light.balance=0.1,0,0"]
    changed = look.set(parse_knobs(given))
    assert changed["tone"].shadow.exposure == 0.5 and look["tone"].shadow.exposure == 0.25
    assert changed["tone"].shadow.balance == (0.25, 0.0, -0.125)
    assert changed["tone"].light.balance == (0.1, 0.0, 0.0)
    assert changed["tone"].shadow.saturation == 0.75, "the other parts stay"
    assert look.set({"deep": 1.0})["tone"].shadow.exposure == 1.0
    whole = look.set({"tone.shadow": {"exposure": 2}})["tone"].shadow
    assert (whole.exposure, whole.saturation) == (2.0, 1.0), "a zone given whole is whole"
    assert not {"r", "g", "b"} & set(BORDERS)


@pytest.mark.parametrize(
    ("knob", "message"),
    [
        ("tone.shadow.exposur", r"tone\.shadow has no part 'exposur'. Did you mean exposure"),
        ("tone.shadow.r", r"tone\.shadow has no part 'r'"),
        ("tone.shadow.balance.x", r"tone\.shadow has no part 'balance\.x'"),
        ("tone.shadows.exposure", r"tone\.shadows: .*Did you mean shadow"),
        ("tone.shadow", r"tone\.shadow = 0\.5: takes numbers by name, as in \{exposure: 0\.5\}"),
    ],
)
def test_a_wrong_name_is_refused_with_the_nearest(knob, message):
    with pytest.raises(grade.errors.RequestError, match=message):
        night().set({knob: 0.5})


@pytest.mark.parametrize(
    ("zone", "message"),
    [
        ({"exposure": 99}, r"deep\.dark\.exposure = 99: outside -24\.\.24 stops"),
        ({"exposur": 1}, r"dark\.exposur: no such part; .* mean exposure"),
        ({"balance": (0, 1)}, r"balance = \(0, 1\): takes one number or three"),
        ({"balance": (0, 1, "x")}, r"dark\.balance\.b = 'x': not a number"),
        ({"falloff": 0}, r"dark\.falloff = 0: outside 0\.05\.\.24 stops"),
        ([1.0], r"dark = \[1\.0\]: takes numbers by name"),
    ],
)
def test_a_zone_that_is_none_is_refused(zone, message):
    with pytest.raises(ParameterError, match=message):
        Zones(dark=zone, name="deep")


def test_a_look_file_has_the_parts_that_differ_and_comes_back_unchanged(tmp_path):
    path = tmp_path / "night.grade.yaml"
    night().save(path)
    text = path.read_text()
    assert "shadow: {exposure: 0.25, saturation: 0.75, balance: [0.125, 0.0, -0.125]}" in text
    again = grade.load(path)
    assert again["tone"].shadow == night()["tone"].shadow
    again.set({"tone.shadow.exposure": 0.75}).save(path)
    assert path.read_text() == text.replace("shadow: {exposure: 0.25", "shadow: {exposure: 0.75")
    assert again.diff(night()) == []
    assert again.diff(again.set({"deep": 2})) == ["tone.shadow.exposure 0.25 -> 2"]


def test_an_edit_keeps_what_the_file_says_of_the_other_parts(tmp_path):
    path = tmp_path / "night.grade.yaml"
    text = (
        "grade: 2\nlook: night\ninput: ACEScg\nnodes:\n  tone:\n    op: zones\n    shadow:\n"
        "      exposure: 0.25   # lift\n      falloff: 2\n    light:\n      1001: {exposure: 0}\n"
        "      1040: {value: {exposure: -0.5}, ease: smooth}\noutputs:\n  m: {from: tone}\n"
    )
    path.write_text(text)
    look = grade.load(path)
    look.set({"tone.shadow.exposure": 0.0, "tone.light.saturation@1040": 0.5}).save(path)
    pinned = f"look: night\nconfig: {look.configuration.name}\n"
    assert path.read_text() == text.replace("exposure: 0.25 ", "exposure: 0.0 ").replace(
        "{exposure: -0.5}", "{exposure: -0.5, saturation: 0.5}"
    ).replace("look: night\n", pinned)


def test_keys_of_a_zone_and_of_one_part(tmp_path):
    path = tmp_path / "night.grade.yaml"
    look = night().set({"tone.dark": {1001: {"exposure": 0}, 1011: {"exposure": 1}}})
    look = look.set({"tone.dark.saturation@1011": 0.5, "tone.dark.exposure@1021": 2})
    look["tone"].black.exposure.key(1001, 0.5).key(1011, 1.5)
    assert look.op("tone").at(1006).values["black"].exposure == 1.0
    look.save(path)
    again = grade.load(path)
    at = again.op("tone").at(1006).values["dark"]
    assert (at.exposure, at.saturation, at.border) == (0.5, 0.75, -1.5)
    assert again.op("tone").at(1021).values["dark"].saturation == 0.5
    assert again.diff(look) == []


def test_a_shot_table_and_a_version_name_a_part(tmp_path):
    from grade.render.show.shot_table import read_shots

    path, table = tmp_path / "night.grade.yaml", tmp_path / "shots.csv"
    night().save(path)
    table.write_text(
        "shot,tone.shadow.exposure,tone.shadow.balance.r,tone.light.balance\n"
        'sh010,0.5,0.1,"0.1,0,-0.1"\n'
    )
    (shot,) = read_shots(table, path, grade.load)
    graded = grade.load(path).set(shot.values)
    assert graded["tone"].shadow.exposure == 0.5
    assert graded["tone"].shadow.balance == (0.1, 0.0, -0.125)
    assert graded["tone"].light.balance == (0.1, 0.0, -0.1)
    table.write_text("shot,tone.shadow.exposur\nsh010,0.5\n")
    with pytest.raises(grade.errors.RequestError, match=r"shots\.csv:.*no part 'exposur'"):
        read_shots(table, path, grade.load)


def test_the_catalogue_and_the_schema_know_the_parts():
    from click.testing import CliRunner

    from grade.cli.ops.command import command

    page = CliRunner().invoke(command, ["zones"]).output
    assert "exposure    -24..24 stops, default 0 [-2..2]" in page
    data = json.loads(CliRunner().invoke(command, ["zones", "--json"]).output)
    shadow = next(p for p in data["parameters"] if p["name"] == "shadow")
    assert shadow["default"]["border"] == 1.0
