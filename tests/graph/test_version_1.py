"""Looks of format 1 give the bits that they gave: every op, every look that was shipped then.

`version_1.yaml` holds a look for each op, with every parameter left out and with some set, and
digests of the pictures, which the code of format 1 computed; `version_1_drawn.yaml` has digests of
looks that are drawn by seed.
"""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

import grade
from grade import assets
from grade.errors import RequestError
from grade.graph.file.layout import format_text
from grade.graph.file.load import from_text
from grade.graph.file.migrations import old_meanings
from grade.graph.file.shipped import find_shipped_look, kept_looks
from grade.graph.open_look import open_look
from grade.op import OPS

from ..draw import some
from .version_1_drawn import FIRST_VERSION as HELD
from .version_1_drawn import draw
from .version_1_picture import digest

DRAWN = YAML(typ="safe").load(Path(__file__).with_name("version_1_drawn.yaml").read_text())
OPS_HELD = [name for name in HELD if "@" not in name]
LOOKS_HELD = [name for name in HELD if "@" in name]
CHANGED = {
    *old_meanings.DEFAULTS,
    *old_meanings.TOOK_ANY_SPACE,
    *old_meanings.RENAMED,
    *old_meanings.SAME_AS_NUMBER,
}
OF_CHANGED = [name for name in OPS_HELD if any(f"op: {op}" in HELD[name]["text"] for op in CHANGED)]
OF_OTHERS = [name for name in OPS_HELD if name not in OF_CHANGED]


def load(text):
    return from_text(text, "x.grade.yaml", Path(), grade.Look)


@pytest.mark.parametrize("name", [*some(OF_CHANGED, 14), *some(OF_OTHERS, 6)])
def test_an_op_gives_what_it_gave(name):
    look = load(HELD[name]["text"])
    assert look.text.startswith("grade: 2\n")
    assert digest(look) == HELD[name]["gave"]
    assert load(format_text(HELD[name]["text"], "x.grade.yaml")) == look


@pytest.mark.parametrize("name", some(LOOKS_HELD, 2))
def test_a_shipped_look_gives_what_it_gave(name):
    look = grade.load(find_shipped_look(name))
    assert [digest(look, output) for output in look.outputs] == HELD[name]["gave"].split()


@pytest.mark.parametrize("seed", some(DRAWN, 3))
def test_a_drawn_look_gives_what_it_gave(seed):
    look = load(draw(seed))
    looks = [look, *([look.version("other")] if look.versions else [])]
    assert [digest(one) for one in looks] == DRAWN[seed].split()


def test_every_look_of_then_is_kept():
    assert sorted(kept_looks()) == sorted(LOOKS_HELD) and len(LOOKS_HELD) == 25


def test_a_removed_look_is_found_under_its_name_and_said(tmp_path, monkeypatch, caplog):
    (tmp_path / "looks" / "1").mkdir(parents=True)
    for folder, name in (("looks", "neutral"), ("looks/1", "neutral"), ("looks/1", "noir")):
        text = kept_looks()[f"{name}@1"].read_bytes()
        (tmp_path / folder / f"{name}.grade.yaml").write_bytes(text)
    monkeypatch.setattr(assets, "luts", lambda: tmp_path)
    assert find_shipped_look("noir") == kept_looks()["noir@1"]
    assert "noir: is no longer among the shipped looks; its last form is noir@1" in caplog.text
    assert open_look("noir").name == "noir" and open_look("neutral@1").name == "neutral"
    with pytest.raises(RequestError, match=r"no shipped look 'noir@2'; there is noir@1$"):
        find_shipped_look("noir@2")


def test_a_version_that_is_not_there_is_named():
    with pytest.raises(RequestError, match=r"'noir@3'; there is noir and noir@1"):
        find_shipped_look("noir@3")
    with pytest.raises(RequestError, match=r"no shipped look 'nior@1'. Did you mean noir"):
        find_shipped_look("nior@1")


def test_every_op_of_then_is_held():
    """Each is still there, under its name or the one that keeps its formula."""
    then = {name.removesuffix("_bare") for name in OPS_HELD if name.endswith("_bare")}
    assert then <= set(OPS) and set(old_meanings.RENAMED.values()) <= set(OPS)
    assert len(then) == 58
