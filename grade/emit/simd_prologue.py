"""The prologue of a program as code for the host: it fills the uniform block, one lane wide."""

from __future__ import annotations

from typing import Any

from llvmlite import ir

from grade.emit.kernel_arguments import Signature
from grade.emit.schedule import LEAVES
from grade.emit.simd_body import Body
from grade.emit.simd_vectors import Value, Vectors, i32, i64, pointer
from grade.ir.expression import Node, walk
from grade.ir.program import Program


def emit_prologue(builder: Any, program: Program, address: Value) -> None:
    """Compute the outputs of the prologue into the uniform block, one lane wide."""
    v = Vectors(builder, 1)
    arguments = builder.inttoptr(address, pointer)
    block = builder.inttoptr(builder.load(arguments, typ=i64), pointer)
    first = Signature.of(program).block(0).table_word(0)
    tables = {}
    for i, table in enumerate(program.tables):
        word = builder.gep(arguments, [ir.Constant(i64, first + i)], source_etype=i64)
        tables[table] = builder.inttoptr(builder.load(word, typ=i64), pointer)

    def no_pixel(node: Node, vector: int) -> Value:
        raise AssertionError(f"{node!r} in a prologue")

    count = len(program.uniforms)
    body = Body(v, 1, block, count, tables, no_pixel)
    # Every selection here is one by uniforms, and no branch pays: plain order will do.
    body.emit(node for node in walk(program.prologue) if node.op not in LEAVES)
    results = map(body.value, program.prologue)
    for slot, (value,) in enumerate(results, count):
        lane = builder.extract_element(value, ir.Constant(i32, 0))
        if lane.type == ir.IntType(1):
            lane = builder.zext(lane, i32)
        target = builder.gep(block, [ir.Constant(i64, slot)], source_etype=i32)
        builder.store(lane, target, align=4)
