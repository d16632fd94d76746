"""A look does not change: what would do nothing is refused with the remedy."""

import copy
import pickle

import numpy as np
import pytest

import grade
from grade.graph import GraphError, UnknownName


@pytest.fixture
def look():
    made = grade.Look("night", working="ACEScct")
    made.output = made.source >> grade.CDL(name="trim") >> grade.Exposure(0.3, name="open")
    return made


def test_a_parameter_of_a_node_is_not_set_through_the_node(look):
    with pytest.raises(AttributeError, match=r"open.stops: a look does not change; use look.set\("):
        look["open"].stops = 1
    assert look["open"].stops == 0.3


@pytest.mark.parametrize("field", ["exposure", "input", "name", "knobs", "outputs", "source"])
def test_an_attribute_of_a_look_is_not_set(look, field):
    before = look.hash
    with pytest.raises(GraphError, match=rf"look.{field}: a look does not change; use look.set\("):
        setattr(look, field, "x")
    with pytest.raises(AttributeError):
        delattr(look, field)
    assert look.hash == before


def test_a_parameter_of_an_op_is_not_set(look):
    op = grade.Exposure(0.3)
    with pytest.raises(AttributeError, match=r"exposure.stops: an op does not change.*copy\("):
        op.stops = 1.0
    assert op.stops == 0.3 and op.copy(stops=1.0).stops == 1.0


def test_the_only_output_is_set_by_assignment(look):
    end = look.source >> grade.Offset(0.1)
    look.output = end
    assert look.output is end and list(look.outputs) == ["master"]
    look.outputs["sdr"] = end
    with pytest.raises(GraphError, match="has the outputs master, sdr; name the one to set"):
        look.output = end


def test_an_output_keeps_its_name_when_it_is_set_again():
    look = grade.Look("x")
    look.outputs["sdr"] = look.source
    look.output = look.source >> grade.Offset(0.1)
    assert list(look.outputs) == ["sdr"]


def test_a_look_without_an_output_says_so():
    with pytest.raises(UnknownName, match="the look has no output"):
        grade.Look("x").output  # noqa: B018


def test_knobs_of_a_look_made_of_another_are_its_own(look):
    look.knobs["cdl"] = "trim"
    other = look.set({"trim.slope": 1.1})
    other.knobs["mood"] = "open.stops"
    assert look.knobs == {"cdl": "trim"} and other.knobs == {"cdl": "trim", "mood": "open.stops"}


def test_keys_do_not_move_a_look_made_before(look):
    other = look.set({"trim.slope": 1.1})
    with pytest.raises(GraphError, match="stands in two looks"):
        other["open"].stops.key(1001, 0.0)
    other["trim"].slope.key(1001, 1.2)
    assert not look.animated and other.animated


def test_a_window_is_one_matte_wherever_it_is_placed():
    spot = grade.Ellipse(name="spot")
    look = grade.Look("x")
    first = look.source >> grade.Offset(0.1, name="a", matte=spot)
    second = first >> grade.Offset(0.1, name="b", matte=spot)
    assert first.matte is second.matte
    assert (second >> grade.Offset(0.1, name="c", matte=spot.copy())).matte is not first.matte


def test_an_op_that_is_bound_to_values_leaves_the_op_alone():
    op = grade.Exposure(0.3)
    twin = op.bind({"stops": np.float64(2.0)})
    assert (op.stops, twin.stops) == (0.3, 2.0)
    assert copy.deepcopy(op).stops == 0.3 and pickle.loads(pickle.dumps(op)).stops == 0.3
