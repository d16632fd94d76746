"""What is emitted inside which branch, and that a branch never shows in the bits."""

import numpy as np
import pytest

from grade.emit.schedule import LEAVES, WORTH, Fork, schedule
from grade.ir.expression import equal, make, select, walk
from grade.ir.interpreter import Interpreter
from grade.ir.program import Program, Stage, Uniform, verify
from grade.ir.storage import Layout
from grade.ir.types import BOOL, F32
from grade.passes.pipeline import lower
from grade.run.cpu import CpuExecutor

FLAGS = tuple(make("hoisted", (), (BOOL, i)) for i in range(3))


def load(channel):
    return make("load", (), (F32, 0, channel))


def work(x, salt=1.0, steps=WORTH):
    """A chain of nodes long enough for a branch."""
    for step in range(steps):
        x = x * (salt + step)
    return x


def inside(items, held=()):
    """Every node with the sides of forks around it, in the order of emission."""
    for item in items:
        if isinstance(item, Fork):
            for side, nodes in item.sides.items():
                yield from inside(nodes, (*held, (item.condition, side)))
            yield from ((s, held) for s in item.selects)
        else:
            yield item, held


def check_dominance(items, known):
    """Operands stand before their users, in the same branch or around it."""
    known = set(known)
    for item in items:
        if isinstance(item, Fork):
            for side, nodes in item.sides.items():
                within = check_dominance(nodes, known)
                ends = {s.args[1 if side else 2] for s in item.selects}
                assert all(end in within or end.op in LEAVES for end in ends)
            known.update(item.selects)
        else:
            assert all(a in known or a.op in LEAVES for a in item.args), item
            known.add(item)
    return known


def check_order(outputs):
    items = schedule(outputs)
    places = list(inside(items))
    wanted = {node for node in walk(outputs) if node.op not in LEAVES}
    assert len(places) == len(wanted) == len({node for node, _ in places})
    check_dominance(items, ())
    return dict(places)


def test_a_node_at_its_defaults_costs_nothing():
    x = load(0)
    y = work(x)
    place = check_order([select(FLAGS[0], x, y)])
    assert place[y] == ((FLAGS[0], False),)
    assert place[x] == ()


def test_three_channels_share_one_branch():
    channels = [load(c) for c in range(3)]
    grey = work(channels[0] + channels[1] + channels[2])
    outputs = [select(FLAGS[0], c, c - grey) for c in channels]
    assert check_order(outputs)[grey] == ((FLAGS[0], False),)
    assert [type(item) for item in schedule(outputs)].count(Fork) == 1


def test_a_branch_within_a_branch():
    x = load(0)
    y = work(x)
    mixed = work(y, 2.0)
    end = select(FLAGS[0], x, select(FLAGS[1], y, mixed))
    place = check_order([end])
    assert place[y] == ((FLAGS[0], False),)
    assert place[mixed] == ((FLAGS[0], False), (FLAGS[1], False))


def test_what_both_sides_need_stands_before():
    x = load(0)
    both = work(x)
    yes, no = work(both, 3.0), work(both, 5.0)
    place = check_order([select(FLAGS[0], yes, no)])
    assert (place[yes], place[no]) == (((FLAGS[0], True),), ((FLAGS[0], False),))
    assert place[both] == ()


def test_what_something_else_needs_too_is_always_computed():
    x = load(0)
    y = work(x)
    assert check_order([select(FLAGS[0], x, y), y])[y] == ()


def test_a_choice_between_little_stays_a_selection():
    x = load(0)
    assert not any(isinstance(i, Fork) for i in schedule([select(FLAGS[0], x, work(x, 2.0, 1))]))


def test_a_condition_of_pixels_is_no_branch():
    x = load(0)
    assert not any(isinstance(i, Fork) for i in schedule([select(x < 0.0, x, work(x))]))


def test_branches_in_opposite_order_do_not_wait_for_each_other():
    red, green = load(0), load(1)
    for first, second, channel in ((0, 1, "red"), (1, 0, "green")):
        x = red if channel == "red" else green
        x = select(FLAGS[first], x, work(x, 2.0))
        x = select(FLAGS[second], x, work(x, 3.0))
        red, green = (x, green) if channel == "red" else (red, x)
    check_order([red, green, red + green])


def branching_program():
    """Branches beside, within and behind one another, over three channels."""
    layout = Layout(3)
    on = [equal(make("uniform", (), (F32, i)), 1.0) for i in range(3)]
    x = [load(c) for c in range(3)]
    y = [select(on[0], c, work(c, 0.3 + i)) for i, c in enumerate(x)]
    grey = y[0] + y[1] + y[2]
    deep = [select(on[1], work(c - grey, 0.7), select(on[2], c, work(c * grey, 0.2))) for c in y]
    outputs = (deep[0], select(on[0], deep[1], deep[0]), select(on[2], grey, work(deep[2], 0.9)))
    uniforms = tuple(Uniform(f"on.{i}", F32, 0, 1) for i in range(3))
    return verify(Program((layout,), (layout,), uniforms, (Stage(outputs),)))


@pytest.mark.parametrize("lanes", [4, 8, 16])
def test_every_way_through_the_branches_has_the_bits_of_the_interpreter(lanes):
    program = branching_program()
    lowered = lower(program)
    assert any(isinstance(i, Fork) for i in schedule(lowered.stages[0].outputs))
    x = np.random.default_rng(5).normal(0, 2, (3, 2 * lanes * 2 + 5, 3)).astype(np.float32)
    kernel = CpuExecutor(1, lanes).prepare(program)
    planes = [np.ascontiguousarray(x[..., c]) for c in range(3)]
    for way in range(8):
        values = [float(way >> bit & 1) for bit in range(3)]
        wanted = Interpreter(lowered, np.float32).run([planes], values)
        result = np.empty_like(x)
        kernel([x], [result], values)
        for c in range(3):
            assert (result[..., c].view(np.uint32) == wanted[c].view(np.uint32)).all()
