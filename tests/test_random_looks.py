"""Two hundred random looks on special values: the CPU gives the bits of the g++ twin.

`make test` takes fifty of them, `make test-full` all.

A look here is what a user writes: a chain of one to six ops of the catalogue, at random values, in
a random working space and storage. A failure prints the look's number and the look.
"""

import functools
import shutil

import numpy as np
import pytest

import grade
from grade.errors import GradeError
from grade.ir.storage import Layout
from grade.op import OPS
from grade.run.cpu import CpuExecutor
from grade.run.twin import TwinExecutor

from .run.programs import blank, picture
from .test_every_op import instances

LOOKS = 200
BATCH = 50
STORAGES = ("f32", "f16", "u16", "u8")
SPACES = ("ACEScct", "ACEScg", "ARRI LogC4", None)
SDR = "Rec.1886 Rec.709 - Display"
# Ops that are seconds of g++ each: two executors meet over them in their own tests.
LONG = {"aces2_output", "grading_tone", "grading_hue_curve", "display", "ocio_look"}
KINDS = sorted(
    kind
    for kind, op in OPS.items()
    if op.takes == op.gives == "picture"
    and op.pictures == ("from",)
    and op.more is None
    and kind not in LONG
)


drawn = functools.cache(instances)


def random_look(number):
    """A look and how its pixels lie in memory; ops that refuse their place are drawn again."""
    random = np.random.default_rng(number)
    while True:
        look = grade.Look(f"random_{number}", working=random.choice(np.array(SPACES, object)))
        picture = look.source
        for _ in range(random.integers(1, 7)):
            found = drawn(str(random.choice(KINDS)))
            op = found[random.integers(len(found))].copy()
            picture = picture >> op.copy(amount=float(random.choice([1.0, 1.0, 0.0, 0.37])))
        try:
            look.outputs["master"] = picture
            if look.working and random.random() < 0.3:
                look.outputs["master"] = picture >> grade.Display(SDR, view="Un-tone-mapped")
            channels = int(random.choice([3, 4]))
            source, target = (
                Layout(channels, str(random.choice(STORAGES)), bool(random.random() < 0.5))
                for _ in range(2)
            )
            alpha = str(random.choice(["straight", "premultiplied"])) if channels == 4 else "none"
            return look, look.program(source, target, alpha=alpha)
        except GradeError:
            continue


@pytest.mark.skipif(shutil.which("g++") is None, reason="the twin needs g++")
@pytest.mark.parametrize(
    "first",
    [pytest.param(f, marks=pytest.mark.full if f else ()) for f in range(0, LOOKS, BATCH)],
)
def test_the_cpu_has_the_bits_of_the_twin(first):
    looks = [random_look(number) for number in range(first, first + BATCH)]
    twins = TwinExecutor().prepare_many([program for _, program in looks])
    for number, ((look, program), twin) in enumerate(zip(looks, twins, strict=True), first):
        uniforms = look.uniform_values(program)
        sources = [picture(layout, 7, 61, number) for layout in program.sources]
        made = []
        for kernel in (CpuExecutor(1, (16, 8, 4)[number % 3]).prepare(program), twin):
            targets = [blank(layout, 7, 61) for layout in program.targets]
            kernel(sources, targets, uniforms)
            made.append(b"".join(np.asarray(t).tobytes() for t in targets))
        assert made[0] == made[1], f"look {number}: {look!r} {program.sources} {program.targets}"
