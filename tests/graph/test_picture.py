"""Pictures, chains, what joins and what does not."""

import pytest

import grade
from grade.graph import GraphError, Look, Picture, place
from grade.graph.model.wire import walk
from grade.op import Chain, ChainError
from grade.ops import CDL, Exposure, Mix, Offset, Saturation


@pytest.fixture
def look():
    return Look("night", working="ACEScct")


def test_a_picture_through_an_op_is_a_new_picture(look):
    op = CDL()
    picture = look.source >> op
    assert (picture.op, picture.inputs, picture.source) == (op, (look.source,), look.source)
    with pytest.raises(AttributeError):
        picture.op = CDL()


def test_ops_join_to_a_chain_that_is_used_again(look):
    first, second, third = CDL(), Exposure(1), Offset()
    chain = first >> second
    longer = chain >> third >> (CDL() >> Offset())
    assert list(chain) == [first, second]
    assert len(longer) == 5
    once, again = look.source >> chain, look.source >> third >> chain
    assert once.op is again.op is second
    assert [p.op for p in walk([again])][1:] == [third, first, second]


def test_a_copied_chain_is_unlinked_but_shares_within_itself():
    op = CDL(1.1)
    copied = (op >> Exposure() >> op).copy()
    first, _, last = copied
    assert first is last is not op
    assert first.values == op.values


@pytest.mark.parametrize("wrong", [3, None, "cdl", CDL])
def test_only_ops_and_chains_follow(look, wrong):
    with pytest.raises(GraphError, match="through an op or a chain"):
        look.source >> wrong
    with pytest.raises(ChainError, match="neither an op nor a chain"):
        CDL() >> wrong


def test_an_op_does_not_lead_to_a_picture(look):
    with pytest.raises(ChainError, match="a picture stands on the left"):
        CDL() >> look.source


def test_nothing_in_a_graph_has_a_truth_value(look):
    with pytest.raises(GraphError, match="no truth value"):
        bool(look.source)
    with pytest.raises(ChainError, match="no truth value"):
        bool(CDL() >> CDL())


def test_mix_takes_two_pictures(look):
    a = look.source >> CDL()
    b = a >> Exposure(1)
    mixed = grade.mix(a, b, amount=0.25, name="soft")
    assert (mixed.inputs, mixed.op.name, mixed.op.amount) == ((a, b), "soft", 0.25)
    with pytest.raises(GraphError, match=r"mix takes 2 pictures \(from, over\), not 1"):
        look.source >> Mix()
    with pytest.raises(ChainError, match="mix takes 2 pictures"):
        CDL() >> Mix()
    with pytest.raises(GraphError, match="3 is not a picture"):
        place(Mix(), a, 3)


def test_two_looks_do_not_mix(look):
    with pytest.raises(GraphError, match="belong to different looks"):
        grade.mix(look.source, Look("day").source)
    with pytest.raises(GraphError, match="belongs to another look"):
        look.outputs["master"] = Look("day").source >> CDL()
    with pytest.raises(GraphError, match="not a picture"):
        look.outputs["master"] = CDL()


def test_what_is_no_matte_is_refused_by_name(look):
    with pytest.raises(GraphError, match=r"skin\.matte = .*takes a window, a qualifier, or mattes"):
        look.source >> Saturation(1.2, matte=object(), name="skin")


def test_a_long_chain_needs_no_recursion():
    picture = Picture()
    for _ in range(5000):
        picture = picture >> Offset()
    assert sum(1 for _ in walk([picture])) == 5001


def test_the_order_is_serial_inputs_first(look):
    trim = look.source >> CDL(name="trim")
    left = trim >> Exposure(name="left")
    right = trim >> Offset(name="right")
    look.outputs["master"] = grade.mix(left, right, name="both")
    assert [placed.name for placed in look.nodes()] == ["trim", "left", "right", "both"]
    assert look.nodes()[-1].inputs == ("left", "right")
    assert isinstance(CDL() >> CDL(), Chain)
