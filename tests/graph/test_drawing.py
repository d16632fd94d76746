"""The drawing of a look: what is on it, and that no line passes behind a box."""

import re
import shutil
from pathlib import Path
from xml.etree import ElementTree

import PyOpenColorIO as ocio
import pytest

import grade
from grade.graph import Look
from grade.graph.model.wire import walk
from grade.graph.viewing.svg import FILLS, _find_ends, draw_graph
from grade.graph.viewing.svg_layout import arrange

HARBOUR = Path(__file__).parent / "looks" / "harbour_night.grade.yaml"
SPACE = "{http://www.w3.org/2000/svg}"


def words(look):
    root = ElementTree.fromstring(draw_graph(look))
    return [text.text for text in root.iter(f"{SPACE}text")]


def branched():
    """Branches of branches, mixers of many, a node that takes an early picture late."""
    look = Look("deep", working="ACEScct")
    base = look.source >> grade.CDL(name="base")
    branches = [base >> grade.CDL(slope=1 + n / 10, name=f"b{n}") for n in range(4)]
    mixer = grade.parallel(base, *branches, name="mixer")
    spot = grade.Ellipse(name="spot")
    later = mixer >> grade.CDL(name="one", matte=spot) >> grade.CDL(name="two", matte=~spot)
    key = later >> grade.LumaQualifier(name="luma")
    mixed = grade.mix(later, look.source, matte=key & spot | ~spot, name="back")
    again = grade.mix(mixed, base, amount=0.5, name="again")
    look.outputs["a"] = again
    look.outputs["b"] = again
    look.outputs["c"] = mixed >> grade.Convert(dst="ACEScg")
    return look


def single():
    look = Look("single", working="ACEScct")
    look.outputs["master"] = look.source
    return look


@pytest.fixture(scope="module")
def harbour(tmp_path_factory):
    """The example look, beside a print."""
    folder = tmp_path_factory.mktemp("harbour")
    for name in ("looks", "luts"):
        (folder / name).mkdir()
    shutil.copy(HARBOUR, folder / "looks")
    text = ocio.GroupTransform([ocio.CDLTransform()]).write("Academy/ASC Common LUT Format")
    (folder / "luts" / "print_2383.clf").write_text(text)
    return grade.load(folder / "looks" / HARBOUR.name)


@pytest.fixture(params=["harbour", "branched", "single"])
def look(request, harbour):
    return {"harbour": lambda: harbour, "branched": branched, "single": single}[request.param]()


def test_every_node_is_on_it_with_its_op(harbour):
    look = harbour
    found = words(look)
    for placed in [*look.nodes(), *look.mattes()]:
        at = found.index(placed.name)
        assert re.match(rf"{placed.op.kind}\b", found[at + 1])
    assert found[found.index("face") + 1] == "skin & spot - lamps"
    assert "~spot" in found and found[found.index("open") + 1] == "exposure, keys"
    assert found[found.index("edges") + 1] == "exposure, amount 0.5"
    assert found[found.index("sdr") :][:3] == [
        "sdr", "Rec.1886 Rec.709 - Display", "ACES 2.0 - SDR 100 nits (Rec.709)",
    ]  # fmt: skip
    assert found[found.index("source") + 1] == "ACES2065-1"


def test_no_line_passes_behind_a_box(look):
    plan = arrange(look.outputs.values())
    places = {(plan.lanes[wire], plan.rows[wire]): wire for wire in plan.rows}
    assert len(places) == len(plan.rows) == len(list(walk(look.outputs.values())))
    assert len(plan.connections) == sum(len(wire.all_inputs) for wire in plan.rows)
    for connection in plan.connections:
        first, last = plan.rows[connection.start], plan.rows[connection.end]
        assert first < last
        assert not any((connection.lane, row) in places for row in range(first + 1, last))


def test_lines_that_share_a_lane_do_not_run_over_each_other(look):
    plan = arrange(look.outputs.values())
    taken = {}
    for connection in plan.connections:
        for row in range(plan.rows[connection.start] + 1, plan.rows[connection.end]):
            assert taken.setdefault((connection.lane, row), connection.start) is connection.start


def test_boxes_and_words_lie_on_the_sheet(look):
    root = ElementTree.fromstring(draw_graph(look))
    width, height = float(root.get("width")), float(root.get("height"))
    for rect in root.iter(f"{SPACE}rect"):
        x, y, w, h = (float(rect.get(name)) for name in ("x", "y", "width", "height"))
        assert x >= 0 and y >= 0 and x + w <= width and y + h <= height
    for text in root.iter(f"{SPACE}text"):
        assert 0 < float(text.get("x")) < width and 0 < float(text.get("y")) < height


def test_every_line_ends_on_the_edge_of_a_box(look):
    root = ElementTree.fromstring(draw_graph(look))
    tops = []
    for group in root.iter(f"{SPACE}g"):
        rect, path = group.find(f"{SPACE}rect"), group.find(f"{SPACE}path")
        if rect is not None:
            left, top, width = (float(rect.get(name)) for name in ("x", "y", "width"))
            tops.append((left, left + width, top))
        else:
            numbers = [float(n) for n in re.findall(r"-?[0-9.]+", path.get("d"))]
            left, top = numbers[:2]
            if "l8 -" in path.get("d"):  # a hexagon begins at its left corner
                left, top, width = left + 8, top + numbers[3], numbers[4]
            else:
                width = numbers[2]
            tops.append((left, left + width, top))
    tips = [
        (float(x) + 4, float(y) + 7)
        for path in root.findall(f"{SPACE}path")
        for x, y in re.findall(r"^M([0-9.]+) ([0-9.]+)h8l-4 7z", path.get("d"))
    ]
    assert len(tips) == len(arranged_connections(look))
    for x, y in tips:
        assert any(left <= x <= right and y == top for left, right, top in tops), (x, y)


def arranged_connections(look):
    """Edges as drawn: an output that is no conversion has a box of its own, and a line to it."""
    ends, _ = _find_ends(look)
    return arrange(ends).connections


def test_it_is_the_same_text_each_time_and_has_no_names_that_could_clash(harbour):
    text = draw_graph(harbour)
    assert text == draw_graph(harbour.set({})) == harbour._repr_svg_()
    assert not re.search(r"\b(id|class|style)=|<style", text)


def test_text_is_escaped_and_cut():
    look = Look("a < b & c", working="ACEScct")
    look.outputs["master"] = look.source >> grade.CDL(name="x" * 60, note="<&>")
    root = ElementTree.fromstring(draw_graph(look))
    assert root.find(f"{SPACE}title").text == "a < b & c"
    assert max(len(word) for word in words(look)) <= 44


def test_what_is_off_is_grey():
    look = Look("off", working="ACEScct")
    look.outputs["master"] = look.source >> grade.CDL(slope=1.1, name="trim")
    assert FILLS["off"] not in draw_graph(look)
    assert FILLS["off"] in draw_graph(look.set({"trim.enable": False}))


def test_a_look_without_outputs_is_its_source():
    assert words(Look("empty", working="ACEScct")) == ["source", "ACEScct"]


def test_outputs_that_end_in_one_node_have_a_box_each():
    found = words(branched())
    assert {"a", "b", "c"} <= set(found) and found[found.index("c") + 1] == "ACEScg"
