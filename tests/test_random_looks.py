"""Five hundred random graphs on special values: the CPU gives the bits of the g++ twin.

`make test` takes fifty of them, `make test-full` all.

A look here is what a user writes: ops of the catalogue in chains, branches and layers, limited by
windows, keys and mattes from files, some of their numbers with keyframes, in a random working
space and storage, somewhere in a picture. A failure prints the look's number and the look.
"""

import functools
import shutil

import numpy as np
import pytest

import grade
from grade.errors import GradeError
from grade.graph import Matte, Picture
from grade.graph.model.picture import bind
from grade.graph.tracing.geometry import Geometry
from grade.ir.storage import Layout
from grade.op import OPS, Animation, MatteOp, Qualifier, Window
from grade.run.cpu import CpuExecutor
from grade.run.cuda_emulator import TwinExecutor

from .draw import some
from .run.programs import blank, picture
from .test_every_matte import instances as matte_instances
from .test_every_op import instances

LOOKS = 500
BATCH = 10
FRAME = 1020
STORAGES = ("f32", "f16", "u16", "u8")
SPACES = ("ACEScct", "ACEScg", "ARRI LogC4", None)
SDR = "Rec.1886 Rec.709 - Display"
# Ops that are seconds of g++ each: two executors meet over them in their own tests.
LONG = {"aces2_output", "grading_tone", "grading_hue_curve", "display", "ocio_look", "bezier"}
KINDS = {kind: op for kind, op in sorted(OPS.items()) if kind not in LONG}
PICTURES = [
    kind
    for kind, op in KINDS.items()
    if op.takes == op.makes == "picture" and op.pictures == ("from",) and op.more is None
]
WINDOWS, KEYS, OF_MATTES = (
    [kind for kind, op in KINDS.items() if issubclass(op, base)]
    for base in (Window, Qualifier, MatteOp)
)

drawn = functools.cache(instances)
drawn_mattes = functools.cache(matte_instances)


class Draw:
    """A random graph, made the way a user makes one."""

    def __init__(self, number):
        self.random = np.random.default_rng(number)
        working = self.random.choice(np.array(SPACES, object))
        self.look = grade.Look(f"random_{number}", working=working)
        self.pictures = [self.look.source]
        self.mattes: list[Matte] = []

    def one_of(self, things):
        return things[self.random.integers(len(things))]

    def op(self, kind, of):
        """An instance of a kind, independent, one of its numbers with keys now and then."""
        op = self.one_of(of(kind)).copy()
        animated = {}
        if self.random.random() < 0.3:
            params = [n for n in op.params() if n != "amount" and op.values[n] is not None]
            if params:
                name = self.one_of(params)
                values = [op.values[name], OPS[kind].settings[name].default]
                animated[name] = Animation.of({
                    1001: op.values[name],
                    1040: {"value": self.one_of(values) or op.values[name], "ease": "smooth"},
                })  # fmt: skip
        try:
            return op.copy(**animated)
        except GradeError:  # two values of another number of parts, or refused together
            return op

    def matte(self):
        """A new matte, or one of those there are, or some of them combined."""
        draw = self.random.random()
        if draw < 0.3 or not self.mattes:
            made = bind(self.op(self.one_of(WINDOWS), drawn_mattes))
        elif draw < 0.5:
            made = self.one_of(self.pictures) >> self.op(self.one_of(KEYS), drawn_mattes)
        elif draw < 0.7:
            made = bind(grade.MatteFile("m.exr", channel="A", name=f"file_{len(self.mattes)}"))
        else:
            a, b = self.one_of(self.mattes), self.one_of(self.mattes)
            made = self.one_of([lambda: a & b, lambda: a | b, lambda: a - b, lambda: ~a])()
        if self.random.random() < 0.2:
            made = made >> self.op(self.one_of(OF_MATTES), drawn_mattes)
        self.mattes.append(made)
        return made

    def step(self):
        """One more picture: an op, a layer, a mix, several in parallel, channels combined."""
        matte = self.matte() if self.random.random() < 0.35 else None
        amount = float(self.random.choice([1.0, 1.0, 0.0, 0.37]))
        latest, others = self.pictures[-1], self.pictures[-4:]
        draw = self.random.random()
        if draw < 0.75:
            op = self.op(self.one_of(PICTURES), drawn).copy(matte=matte, amount=amount)
            return self.one_of(others) >> op if self.random.random() < 0.2 else latest >> op
        if draw < 0.83:
            return grade.mix(latest, self.one_of(others), amount, matte)
        if draw < 0.91:
            mode = self.one_of(OPS["layer"].settings["mode"].options)
            return grade.layer(latest, self.one_of(others), mode, amount, matte)
        if draw < 0.96:
            return grade.parallel(self.one_of(others), *others)
        return grade.combine_channels(latest, self.one_of(others), self.one_of(others))

    def finished(self):
        """The look with its output, and its program for pixels that lie at random."""
        for _ in range(self.random.integers(1, 9)):
            self.pictures.append(self.step())
        look, end = self.look, self.pictures[-1]
        assert isinstance(end, Picture)
        look.outputs["master"] = end
        if look.working and self.random.random() < 0.3:
            look.outputs["master"] = end >> grade.Display(SDR, view="Un-tone-mapped")
        channels = int(self.random.choice([3, 4]))
        source, target = (self.layout(channels) for _ in range(2))
        alpha = str(self.random.choice(["straight", "premultiplied"])) if channels == 4 else "none"
        inputs = {name: Layout(1, self.one_of(STORAGES), True) for name in look.inputs()}
        return look, look.program(source, target, alpha=alpha, inputs=inputs)

    def layout(self, channels):
        return Layout(channels, self.one_of(STORAGES), bool(self.random.random() < 0.5))


def random_look(number):
    """A look and its program; ops that refuse their place are drawn again."""
    for attempt in range(50):
        try:
            return Draw(number + 1000 * attempt).finished()
        except GradeError:
            continue
    raise AssertionError(f"look {number}: nothing that is drawn can be traced")


@pytest.mark.skipif(shutil.which("g++") is None, reason="the twin needs g++")
@pytest.mark.parametrize("first", some(range(0, LOOKS, BATCH), 1))
def test_the_cpu_has_the_bits_of_the_twin(first):
    looks = [random_look(number) for number in range(first, first + BATCH)]
    twins = TwinExecutor().prepare_many([program for _, program in looks])
    for number, ((look, program), twin) in enumerate(zip(looks, twins, strict=True), first):
        geometry = Geometry(0, 0, 80, 40, float([1, 2][number % 2]), (number % 20, number % 9))
        uniforms = look.uniform_values(program, FRAME, geometry)
        sources = [picture(layout, 7, 61, number) for layout in program.sources]
        made = []
        for kernel in (CpuExecutor(1, (16, 8, 4)[number % 3]).prepare(program), twin):
            targets = [blank(layout, 7, 61) for layout in program.targets]
            kernel(sources, targets, uniforms, geometry.origin)
            made.append(b"".join(np.asarray(t).tobytes() for t in targets))
        assert made[0] == made[1], f"look {number}: {look!r} {program.sources} {program.targets}"


def test_the_graphs_have_what_graphs_have():
    looks = [random_look(number)[0] for number in range(50)]
    assert sum(bool(look.mattes()) for look in looks) > 50 / 4
    assert sum(look.animated for look in looks) > 50 / 4
    assert sum(bool(look.inputs()) for look in looks) > 2
    kinds = {node.op.kind for look in looks for node in look.nodes()}
    assert {"mix", "layer", "parallel"} < kinds
    assert len(kinds) > 25
