"""The text for AArch64, assembled for it here: no instruction has its own rule for -0 and NaN."""

import re
from itertools import product

import llvmlite.binding as llvm
import pytest

from grade import assets
from grade.emit.simd_primitives import LOWERING
from grade.graph import Look
from grade.ir.expression import const, make, select
from grade.ir.program import Program, Stage, verify
from grade.ir.storage import Layout
from grade.ir.types import F32
from grade.passes.pipeline import lower
from grade.run.host_kernels import llvm_text

from ..draw import some

TRIPLES = ("aarch64-linux-gnu", "arm64-apple-macosx14")
FORBIDDEN = re.compile(r"\bf(?:min|max)\w*")


def assembled(program, triple):
    """Instructions for another processor, as `grade.run.machine_code` has them made there."""
    llvm.initialize_all_targets()
    llvm.initialize_all_asmprinters()
    target = llvm.Target.from_triple(triple)
    machine = target.create_target_machine(opt=3, reloc="pic", codemodel="default")
    module = llvm.parse_assembly(llvm_text(program, 4, triple))
    module.verify()
    return machine.emit_assembly(module)


def held(yes, no):
    """``x < 0 ? yes : no`` of a picture, either of them the picture where it is None."""
    layout, zero = Layout(1), const(0.0)
    x = make("load", (), (F32, 0, 0))
    value = select(x < zero, x if yes is None else const(yes), x if no is None else const(no))
    return verify(Program((layout,), (layout,), (), (Stage((value,)),)), lowered=True)


@pytest.mark.parametrize("triple", TRIPLES)
@pytest.mark.parametrize(("yes", "no"), [(None, 0.0), (0.0, None)])
def test_a_choice_is_no_minimum(triple, yes, no, monkeypatch):
    assert not FORBIDDEN.findall(assembled(held(yes, no), triple))
    if yes is None:  # what the guard is for
        monkeypatch.setitem(LOWERING, "select", lambda v, n, c, a, b: v.builder.select(c, a, b))
        assert "fminnm" in FORBIDDEN.findall(assembled(held(yes, no), triple))


LOOKS = ["cdl", "primary", "aces2"]


@pytest.mark.parametrize(("triple", "name"), some(product(TRIPLES, LOOKS), 2))
def test_a_look(triple, name):
    look, layout = Look.load(assets.workload(f"{name}.grade.yaml")), Layout(3, "f16", planar=True)
    text = assembled(lower(look.program(layout, layout)), triple)
    assert "fmla" in text
    assert not FORBIDDEN.findall(text)
    assert set(re.findall(r"\bbl\s+(\S+)", text)) <= {"memcpy", "_memcpy"}
