"""The sheet: one file, with pictures that are what they are called. And JUnit."""

import base64
import re
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest

from grade.graph import Look
from grade.io import read as read_picture
from grade.testing import golden_file
from grade.testing.check_sheet import make_sheet, recompute_expected
from grade.testing.golden_check import Checker
from grade.testing.junit_report import make_report
from grade.testing.probe_picture import SAMPLES, draw_probe
from grade.testing.sheet_pictures import draw_heat_map, find_brightest

from .test_golden_check import golden_of, stale


@pytest.fixture
def moved(look, edit):
    """A look of numbers, which the sheet shows as they are, whose knob was moved."""
    edit(look, "working: ACES2065-1\n", "")
    Checker().update(look)
    edit(look, "power: 1.2", "power: 1.4")
    return Checker(keeps_pixels=True).check(look)


@pytest.fixture
def pictures(tmp_path):
    """The pictures of a page, in order, by what stands below them."""

    def of(page):
        found = {}
        pattern = r'<img src="data:image/png;base64,([^"]+)" alt="([^"]*)"'
        for number, (data, name) in enumerate(re.findall(pattern, page)):
            path = tmp_path / f"{number}.png"
            path.write_bytes(base64.b64decode(data))
            found[name] = read_picture(path).pixels.astype(int)
        return found

    return of


def code(values):
    return np.floor(np.clip(values, 0, 1) * 255 + 0.5)


def test_it_opens_without_anything_else(moved):
    page = make_sheet([moved])
    assert not re.search(r"https?://|<script|<link|url\(|@import", page)
    assert set(re.findall(r'src="([^":]+:)', page)) == {"data:"}
    assert page.startswith("<!doctype html>") and "plain" in page
    assert "look edited: firm.power 1.2 -&gt; 1.4" in page


def test_its_pictures_are_what_they_are_called(look, moved, pictures):
    found = pictures(make_sheet([moved]))
    x, y = SAMPLES["light_skin"]
    skin = draw_probe()[y, x, :3]
    now = Look.load(look).apply(draw_probe(), alpha="premultiplied")[y, x, :3]
    was = golden_file.read(golden_of(look)).samples["light_skin"]["master"]
    assert (found["before"][y, x] == code(skin)).all()
    assert (found["after; expected under the pointer"][y, x] == code(now)).all()
    assert (found["expected, exactly: the look as it was"][y, x] == code(was)).all()
    assert found["where they differ"].shape == (270, 480, 3)
    black = found["where they differ"][170, 240]  # 0 stays 0 under a power
    assert tuple(black) == (18, 18, 22)
    x, y = SAMPLES["peak_64"]
    assert found["where they differ"][y, x].sum() > black.sum()


def test_expected_is_shown_only_where_its_hash_proves_it(look, moved):
    kept = golden_file.read(golden_of(look))
    proven = recompute_expected(kept, look.parent)
    assert list(proven) == ["master"]
    assert not recompute_expected(replace(kept, pixels={"master": "0" * 64}), look.parent)
    assert not recompute_expected(replace(kept, was=""), look.parent)
    assert not recompute_expected(replace(kept, was="grade: 2\nlook: gone"), look.parent)


def test_samples_stand_for_what_cannot_be_computed_again(look, pictures):
    look.write_text(look.read_text().replace("working: ACES2065-1\n", ""))
    Checker().update(look)
    stale(look, "firm", "master")
    kept = golden_file.read(golden_of(look))
    row = dict(kept.samples["light_skin"], master=(0.9, 0.1, 0.2))
    other = replace(kept, samples={**kept.samples, "light_skin": row})
    golden_of(look).write_text(golden_file.format_golden(other))
    found = pictures(make_sheet([Checker(keeps_pixels=True).check(look)]))
    x, y = SAMPLES["light_skin"]
    assert (found["expected, at the samples"][y, x] == code([0.9, 0.1, 0.2])).all()
    assert found["where they differ"][y, x].sum() > 600  # the only one that differs
    assert tuple(found["where they differ"][y, x + 15]) == (18, 18, 22)


def test_what_passes_is_small(look, pictures):
    verdict = Checker(keeps_pixels=True).check(look)
    found = pictures(make_sheet([verdict]))
    assert [picture.shape for picture in found.values()] == [(135, 240, 3)]
    assert "1 as expected" in make_sheet([verdict]) and "not as expected" not in make_sheet(
        [verdict]
    )


def test_names_cannot_break_the_page(moved):
    page = make_sheet([replace(moved, name="<b>&", causes=('<i>"',))])
    assert "<b>&" not in page.replace("<b style", "") and "&lt;b&gt;&amp;" in page
    assert "&lt;i&gt;&quot;" in page


def test_a_problem_has_its_place(moved):
    verdict = replace(moved, problem="no <golden>", parts=(), trial=None)
    assert "no &lt;golden&gt;" in make_sheet([verdict])


def test_the_map_is_not_blinded_by_one_pixel():
    apart = np.ones((100, 100))
    apart[5, 5] = 1e6
    assert find_brightest(apart) == 1.0 and find_brightest(np.zeros((4, 4))) == 1.0
    dark, bright = draw_heat_map(np.array([[0.0, 5.0]]), 5.0)[0].sum(axis=-1)
    steps = draw_heat_map(np.linspace(0, 1, 64)[None], 1.0)[0].astype(int).sum(axis=-1)
    assert dark < bright and (np.diff(steps) >= 0).all()


# --- JUnit ----------------------------------------------------------------------------------------


def test_junit_has_a_case_for_each_output(moved, look):
    broken = replace(moved, name="br\x00oken", problem="no <golden>", parts=(), seconds=0.5)
    root = ElementTree.fromstring(make_report([moved, broken]))
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "1", "1")
    (suite,) = root
    first, second = suite
    assert (first.get("classname"), first.get("name")) == ("plain", "master")
    assert first.get("file") == look.as_posix()
    text = first.find("failure").text
    assert "cause: look edited: firm.power 1.2 -> 1.4" in text and "light_skin" in text
    assert second.get("classname") == "br?oken"
    assert second.find("error").get("message") == "no <golden>"


def test_junit_of_a_pass_has_no_failure(look):
    root = ElementTree.fromstring(make_report([Checker().check(look)]))
    assert root.get("failures") == root.get("errors") == "0"
    assert root.find(".//failure") is None and len(root.findall(".//testcase")) == 1
