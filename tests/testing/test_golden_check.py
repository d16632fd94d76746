"""Checks: what fails, what passes, and which cause is named."""

import doctest
import importlib
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import grade
from grade.graph import Look
from grade.qc.limits import Limits
from grade.settings import override
from grade.testing import failure_causes as why
from grade.testing import probe_render
from grade.testing.golden_check import Checker
from grade.testing.golden_file import format_golden, read
from grade.testing.probe_picture import SAMPLES, draw_probe, hash_pixels
from grade.testing.probe_render import Trial

DIGITS = 6e-5  # half of the fifth digit
LOOKS = Path(__file__).parents[1] / "graph" / "looks"


def golden_of(path):
    return path.with_name(path.name.replace(".grade.", ".golden."))


def test_an_untouched_look_passes(look):
    verdict = Checker().check(look)
    assert verdict.passed and not verdict.causes
    assert verdict.lines() == ["plain ok: master"]
    (part,) = verdict.parts
    assert part.expected == part.found == read(golden_of(look)).pixels["master"]


def test_samples_are_what_apply_gives(look):
    graded = Look.load(look).apply(draw_probe(), alpha="premultiplied")
    kept = read(golden_of(look))
    assert kept.pixels["master"] == hash_pixels(graded)
    for name, (x, y) in SAMPLES.items():
        assert np.allclose(kept.samples[name]["in"], draw_probe()[y, x, :3], rtol=DIGITS), name
        assert np.allclose(kept.samples[name]["master"], graded[y, x, :3], rtol=DIGITS), name


def test_a_knob_that_was_moved_is_named(look, edit):
    edit(look, "power: 1.2", "power: 1.25")
    verdict = Checker().check(look)
    assert not verdict.passed
    assert verdict.causes == ("look edited: firm.power 1.2 -> 1.25",)
    (part,) = verdict.parts
    rows = {row.name: row for row in part.rows}
    x, y = SAMPLES["light_skin"]
    now = Look.load(look).apply(draw_probe(), alpha="premultiplied")[y, x, :3]
    assert np.allclose(rows["light_skin"].found, now, rtol=DIGITS)
    said = str(rows["light_skin"])
    assert said == "light_skin 0.373 0.254 0.157 -> 0.358 0.240 0.145 codes 6.5"
    assert [row.apart for row in part.rows] == sorted((r.apart for r in part.rows), reverse=True)
    assert verdict.lines()[1] == "  cause: look edited: firm.power 1.2 -> 1.25"


def test_what_does_not_move_a_pixel_passes(look, edit):
    edit(look, "look: plain", "# a comment\nlook: other")
    edit(look, "outputs:", "  off: {op: cdl, enable: false}\noutputs:")
    edit(look, "{from: firm}", "{from: off}")
    assert Checker().check(look).passed


@pytest.mark.parametrize(
    ("space", "right", "wrong", "name"),
    [
        ("ACES2065-1", "codes", "de", "--max-codes"),
        ("Rec.1886 Rec.709 - Display", "de", "codes", "--max-de"),
    ],
)
def test_a_limit_lets_small_differences_pass(look, edit, space, right, wrong, name):
    edit(look, "ACES2065-1", space)
    Checker().update(look)
    edit(look, "power: 1.2", "power: 1.2001")
    assert not Checker().check(look).passed
    (part,) = Checker(Limits(**{right: 3.0})).check(look).parts
    assert part.passed and 0 < part.apart < 3.0
    (part,) = Checker(Limits(**{right: part.apart / 2})).check(look).parts
    assert not part.passed and f"is past {name}" in part.failure
    (part,) = Checker(Limits(**{wrong: 1e9})).check(look).parts
    assert not part.passed and f"{name} is the limit of" in part.failure


def test_no_limit_passes_numbers_of_no_known_space(look, edit):
    edit(look, "working: ACES2065-1\n", "")
    Checker().update(look)
    assert Checker(Limits(0.0, 0.0)).check(look).passed
    edit(look, "power: 1.2", "power: 1.2001")
    (part,) = Checker(Limits(1e9, 1e9)).check(look).parts
    assert "no known space" in part.failure


def test_pixels_decide_where_no_sample_sees_it(look, edit):
    """A window of a few pixels between the samples."""
    edit(look, "nodes:", "mattes:\n  dot: {op: ellipse, center: [0.2, 0.3], size: 0.01}\nnodes:")
    edit(look, "power: 1.2}", "power: 1.2}\n  spot: {op: cdl, offset: 0.5, matte: dot}")
    edit(look, "{from: firm}", "{from: spot}")
    verdict = Checker().check(look)
    (part,) = verdict.parts
    assert part.failure == "other pixels, no sample differs" and part.rows == ()
    assert "look edited: spot: added" in verdict.causes
    assert Checker(Limits(codes=0.0)).check(look).passed  # with a limit, samples decide


def test_outputs_that_came_and_went(look, edit):
    edit(look, "master: {from: firm}", "review: {from: firm}")
    failures = {part.label: part.failure for part in Checker().check(look).parts}
    assert failures == {
        "review": "of the look, and not in the golden file",
        "master": "in the golden file, and not of the look",
    }


def test_a_golden_file_that_was_merged_by_hand(look, edit):
    kept = read(golden_of(look)).samples["white"]["master"]
    first = f"{kept[0]:.5g}"
    edit(golden_of(look), f" {first} ", " 0.5 ")
    (part,) = Checker().check(look).parts
    assert "contradicts itself" in part.failure
    assert part.rows[0].name == "white" and part.rows[0].expected[0] == 0.5


def test_no_golden_file(look):
    golden_of(look).unlink()
    verdict = Checker().check(look)
    assert not verdict.passed
    assert verdict.problem.endswith(f"make it with: grade check {look} --update")


def test_a_look_that_cannot_be_read(look, edit):
    edit(look, "op: cdl, power", "op: cdll, power")
    verdict = Checker().check(look)
    assert not verdict.passed and "there is no op 'cdll'. Did you mean cdl?" in verdict.problem
    assert verdict.lines()[0].startswith("plain FAILED: ")


def test_writing_twice_changes_nothing(look, edit):
    text = golden_of(look).read_text()
    assert Checker().update(look).wrote.startswith("unchanged")
    edit(look, "power: 1.2", "power: 1.3")
    assert Checker().update(look).wrote.startswith("changed")
    assert golden_of(look).read_text() != text
    assert Checker().check(look).passed


# --- causes ---------------------------------------------------------------------------------------


def stale(look, *names):
    """As if an older grade had written the golden file, with other programs and pixels."""
    kept = read(golden_of(look))
    older = replace(
        kept,
        pixels=dict.fromkeys(kept.pixels, "0" * 64),
        nodes={name: "a" * 12 if name in names else d for name, d in kept.nodes.items()},
        outputs={name: "a" * 12 if name in names else d for name, d in kept.outputs.items()},
    )
    golden_of(look).write_text(format_golden(older))


def test_the_op_whose_program_is_another(look):
    stale(look, "trim", "firm", "master")
    found = Checker().check(look).causes
    assert found == ("trim (cdl): its program is another, though its values are not",)


def test_only_a_later_op(look):
    stale(look, "firm", "master")
    found = Checker().check(look).causes
    assert found == ("firm (cdl): its program is another, though its values are not",)


def test_only_the_end(look):
    stale(look, "master")
    found = Checker().check(look).causes
    assert found == ("output master: the program of its way to ACES2065-1 is another",)


def test_the_machine_is_left_when_nothing_else_is(look):
    stale(look)
    assert Checker().check(look).causes == (why.NONE,)


def test_a_look_that_the_golden_file_has_not_kept(look, edit):
    place = golden_of(look)
    text = place.read_text()
    start, end = text.index("was: |"), text.index("columns:")
    place.write_text(text[:start] + text[end:])
    edit(look, "power: 1.2", "power: 1.3")
    (cause,) = Checker().check(look).causes
    assert cause.startswith("look edited: in what way is not known")


SPACES = """\
grade: 2
look: spaces
input: {input}
working: ACEScg
nodes:
  open: {{op: exposure, stops: 0.5}}
outputs:
  master: {{from: open, space: {output}}}
"""


@pytest.fixture
def spaced(tmp_path):
    path = tmp_path / "spaces.grade.yaml"
    path.write_text(SPACES.format(input="ARRI LogC4", output="ACEScct"))
    Checker().update(path)
    return path


def test_another_library(spaced, edit):
    kept, place = read(golden_of(spaced)), golden_of(spaced)
    edit(place, kept.pixels["master"], "0" * 64)
    edit(place, f'opencolorio: "{why.read_opencolorio_version()}"', 'opencolorio: "2.5.1"')
    assert Checker().check(spaced).causes == (
        f"OpenColorIO: 2.5.1 -> {why.read_opencolorio_version()}",
    )


def test_another_config(spaced, monkeypatch, edit):
    """The name in the golden file is that of the config; a house's file has its content's hash."""
    kept, place = read(golden_of(spaced)), golden_of(spaced)
    edit(place, kept.pixels["master"], "0" * 64)
    edit(place, f'config: "{kept.config}"', 'config: "sha256:77"')
    assert f"config: sha256:77 -> {kept.config}" in Checker().check(spaced).causes


def test_the_probe_is_in_the_space_of_the_look(spaced):
    kept = read(golden_of(spaced))
    assert kept.probe != hash_pixels(draw_probe())
    grey = kept.samples["stop_0"]["in"]
    assert abs(grey[0] - 0.278) < 0.002  # 18 % in LogC4 (ARRI LogC4 specification)
    assert kept.spaces == {"master": "ACEScct"}
    # Half alpha: the code value times alpha, not the code value of the light times alpha.
    whole, half = (kept.samples[name]["in"] for name in ("light_skin", "half_alpha"))
    assert np.allclose(np.array(whole) * 0.5, half, rtol=2 * DIGITS)


def test_distance_of_a_log_output_is_that_of_its_light(spaced, edit):
    """0.1 stops are 0.1 stops, whether an output is ACEScct or linear."""
    other = spaced.with_name("linear.grade.yaml")
    other.write_text(SPACES.format(input="ARRI LogC4", output="ACES2065-1"))
    Checker().update(other)
    apart = []
    for path in (spaced, other):
        edit(path, "stops: 0.5", "stops: 0.6")
        (part,) = Checker().check(path).parts
        apart.append({row.name: row.apart for row in part.rows}["neutral_5"])
    assert abs(apart[0] - apart[1]) < 0.02 and apart[0] > 1


def test_auto_takes_the_working_space(tmp_path):
    path = tmp_path / "auto.grade.yaml"
    path.write_text(SPACES.format(input="auto", output="ACEScg"))
    Checker().update(path)
    assert Checker().check(path).passed
    kept = read(golden_of(path)).samples["stop_0"]
    assert np.allclose(kept["in"], 0.18, rtol=1e-3)
    assert np.allclose(kept["master"], 0.18 * 2**0.5, rtol=1e-3)


# --- looks that change in time, and take more than a plate ----------------------------------------


def test_first_and_middle_key(tmp_path):
    path = tmp_path / "night" / "harbour_night.grade.yaml"
    path.parent.mkdir()
    text = (LOOKS / "harbour_night.grade.yaml").read_text()
    path.write_text(
        text.replace(
            "  print: {op: file_lut, file: ../luts/print_2383.clf", "  print: {op: cdl, power: 1.05"
        )
    )
    Checker().update(path)
    kept = read(golden_of(path))
    assert list(kept.pixels) == ["master@1001", "sdr@1001", "master@1040", "sdr@1040"]
    assert len(set(kept.pixels.values())) == 4
    assert golden_of(path).stat().st_size < 10_000
    assert set(kept.samples["white"]) == {"in", *kept.pixels}
    assert set(kept.samples["stop_2"]) == {"in", "master@1001", "sdr@1001"}
    # A key that moves only the later frame.
    text = path.read_text()
    path.write_text(text.replace("1040: {value: 0.35", "1040: {value: 0.36"))
    verdict = Checker().check(path)
    failed = [part.label for part in verdict.parts if not part.passed]
    assert failed == ["master@1040", "sdr@1040"]
    assert verdict.causes == ("look edited: open.stops: key 1040 0.35 -> 0.36",)


def test_keys_that_count_from_the_shot_and_at_timecodes(tmp_path):
    look = Look("shot", time="shot")
    look.outputs["master"] = look.source >> grade.CDL(name="trim")
    look["trim"].offset.key(0, 0.0).key(24, 0.5).key(48, 1.0)
    path = look.save(tmp_path / "shot.grade.yaml")
    Checker().update(path)
    assert list(read(golden_of(path)).pixels) == ["master@0", "master@24"]
    assert Checker().check(path).passed
    path = tmp_path / "coded.grade.yaml"
    path.write_text(
        "grade: 2\nlook: coded\nrate: 24\nnodes:\n  trim:\n    op: cdl\n    offset:\n"
        '      "01:00:00:00": 0.0\n      "01:00:01:00": 0.5\noutputs:\n  master: {from: trim}\n'
    )
    Checker().update(path)
    assert list(read(golden_of(path)).pixels) == ["master@01:00:00:00", "master@01:00:01:00"]
    assert Checker().check(path).passed


def test_a_lut_file_that_was_edited(tmp_path, edit):
    cube = "LUT_1D_SIZE 2\n0 0 0\n{0} {0} {0}\n"
    (tmp_path / "film.cube").write_text(cube.format(1.0))
    path = tmp_path / "film.grade.yaml"
    path.write_text(
        "grade: 2\nlook: film\nnodes:\n  film: {op: file_lut, file: film.cube}\n"
        "outputs:\n  master: {from: film}\n"
    )
    Checker().update(path)
    assert Checker().check(path).passed
    (tmp_path / "film.cube").write_text(cube.format(0.9))
    verdict = Checker().check(path)
    assert not verdict.passed
    assert verdict.causes == (
        "look edited: a file that it reads, such as a LUT, has another content",
        "film (file_lut): its program is another, though its values are not",
    )


# --- the twin -------------------------------------------------------------------------------------

needs_gpp = pytest.mark.skipif(shutil.which("g++") is None, reason="the twin needs g++")


@needs_gpp
def test_the_cuda_text_has_the_same_bits(look):
    verdict = Checker(twin=True).check(look)
    assert verdict.passed and [part.label for part in verdict.parts] == ["master", "master twin"]


@needs_gpp
def test_a_twin_that_disagrees_is_named(look, monkeypatch):
    run = Trial.run

    def off_by_a_bit(self, plate, when):
        found = run(self, plate, when)
        if self.device == "twin":
            for pixels in found.values():
                pixels.view(np.uint32)[7, 11, 1] ^= 1
        return found

    monkeypatch.setattr(Trial, "run", off_by_a_bit)
    verdict = Checker(twin=True).check(look)
    assert not verdict.passed
    assert "in 1 pixels, first at 11,7 G" in verdict.parts[1].failure


def test_other_devices_run_output_by_output(look):
    """A device's pixels come through `apply`; the float64 reference stands for one here."""
    plate = probe_render.make_probe(Look.load(look))
    (moment,) = probe_render.choose_moments(plate.look)
    ours = Trial().run(plate, [moment])["master", moment]
    theirs = Trial("reference").run(plate, [moment])["master", moment]
    assert np.allclose(ours, theirs, rtol=1e-5, atol=1e-6)


def test_a_device_that_is_not_there_is_no_verdict(look):
    from grade.errors import TemporaryError

    with override(device="auto"), pytest.raises(TemporaryError):
        from ..conftest import missing_device

        if not missing_device():
            pytest.skip("there is a CUDA device here")
        Checker(device="cuda").check(look)


def test_numbers_that_are_none(tmp_path):
    """NaN equals NaN; against a number it is as far as can be."""
    from grade.testing.sample_distance import Meter

    look = Look("numbers")
    look.outputs["master"] = look.source >> grade.CDL(slope=1.1, name="trim")
    meter = Meter(look, "master")
    nan, one = [math.nan] * 3, [1.0] * 3
    assert meter.measure([nan, nan, one], [nan, one, one]).tolist() == [0.0, math.inf, 0.0]


def test_other_inputs_are_stood_for(tmp_path):
    """Mattes and plates from files, and the plate's own alpha: none of these files is there."""
    path = tmp_path / "many.grade.yaml"
    path.write_text(
        "grade: 2\nlook: many\ninput: sRGB - Display\nworking: ACEScg\n"
        "inputs:\n"
        "  lamps: {files: no/lamps.####.exr, channel: lamp.A}\n"
        "  cover: {channel: A}\n"
        "  sky: {files: no/sky.####.exr}\n"
        "nodes:\n"
        "  lit: {op: cdl, slope: 2.0, matte: lamps}\n"
        "  held: {op: cdl, offset: 0.1, matte: cover}\n"
        "  blend: {op: layer, from: held, over: sky, amount: 0.25}\n"
        "outputs:\n  master: {from: blend}\n  sdr: {from: held, space: sRGB - Display}\n"
    )
    made = Checker().update(path)
    assert made.wrote and Checker().check(path).passed
    kept = read(golden_of(path))
    assert set(kept.nodes) == {"lamps", "cover", "sky", "lit", "held", "blend"}
    assert Checker(keeps_pixels=True).check(path).passed
    text = path.read_text()
    path.write_text(text.replace("amount: 0.25", "amount: 0.3"))
    parts = {part.label: part.passed for part in Checker().check(path).parts}
    assert parts == {"master": False, "sdr": True}


MODULES = sorted(path.stem for path in Path(probe_render.__file__).parent.glob("[a-z]*.py"))


@pytest.mark.parametrize("name", MODULES)
def test_the_worked_examples_are_true(name):
    failed, _ = doctest.testmod(importlib.import_module(f"grade.testing.{name}"))
    assert not failed
