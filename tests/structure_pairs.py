"""Pairs of looks whose structures differ, drawn by number over every op.

A pair is two looks with nodes of the same names around one op of the catalogue. Every optional and
every structural setting of the op may differ between them: whether a number is given, how many
points, rows and places there are, words, switches, tables, files, channels, spaces, whether it is
on, and its matte. The second look is made anew, or from the first by ``set``.
"""

import functools
import re
from contextlib import suppress

import numpy as np

import grade
from grade.errors import GradeError
from grade.graph.model.picture import place
from grade.op import (
    AS_IS,
    OPS,
    Band,
    BandParam,
    Choice,
    Name,
    Param,
    PathParam,
    PlacesParam,
    PointsParam,
    Switch,
)
from grade.op.parameters.optional import OptionalParam
from grade.op.parameters.rows import RowsParam
from grade.op.parameters.tables import TableData

from . import test_every_matte, test_every_op

KINDS = sorted(OPS)
NODE = "node"
PIXELS = np.random.default_rng(3).uniform(-0.1, 1.5, (5, 7, 4)).astype(np.float32)
SPACES = (None, None, AS_IS, "ACEScg", "ACEScct")
SOFT = ("low_soft", "high_soft")
KEPT = object()


def kind_of(number):
    """The op of a pair; so many numbers as there are ops have each once."""
    return KINDS[number % len(KINDS)]


def computed(number, which, device="reference"):
    """The bytes that the first or the second look of a pair gives, or why it gives none."""
    return rendered(looks(number)[which], device)


def rendered(look, device="reference"):
    try:
        with np.errstate(all="ignore"):  # what float32 cannot hold is an infinity, as in kernels
            made = look.apply(PIXELS, device=device, threads=1, alpha="premultiplied", frame=1010)
    except GradeError as error:
        message = re.sub(r"\S*/grade-test-\w+/", "", str(error))  # a folder of this process
        return f"{type(error).__name__}: {message}"
    return made.tobytes()


def looks(number):
    """The two looks of a pair."""
    kind, draw = kind_of(number), np.random.default_rng(number)
    first = varied(base(kind, draw), draw, 0.4)
    after = draw.random() < 0.3
    working = working_of(draw)
    matte = matte_of(draw) if draw.random() < 0.3 else None
    one = look_of(first, working, matte, follower(draw) if after else None)
    if after and draw.random() < 0.5:  # the node behind it differs alone
        return one, look_of(first, working, matte, follower(draw))
    second = second_op(first, kind, draw)
    if second is None:
        matte = matte_of(draw)
    elif draw.random() < 0.5:
        changes = {
            f"{NODE}.{name}": value
            for name, value in second.values.items()
            if value != first.values[name]
        }
        with suppress(GradeError):  # two changes that need each other
            return one, one.set(changes)
    working = working_of(draw) if draw.random() < 0.15 else working
    return one, look_of(second or first, working, matte, follower(draw) if after else None)


def second_op(first, kind, draw):
    """The op of the second look; None for the same, with another matte."""
    for _ in range(10):
        way = draw.random()
        if way < 0.2:  # another file, view, processor
            second = varied(base(kind, draw), draw, 0.2)
        elif way < 0.6:  # one setting
            name = list(first.settings)[int(draw.integers(len(first.settings)))]
            second = varied(first, draw, 1.0, [name])
        else:
            second = varied(first, draw, 0.25)
        if second.values != first.values:
            return second
    return None


def working_of(draw):
    return ("ACEScct", "ACEScct", "ACEScct", "ACEScg", None)[int(draw.integers(5))]


def base(kind, draw):
    """An instance of an op as its own tests draw it."""
    of = test_every_matte.instances if OPS[kind].makes == "matte" else test_every_op.instances
    found = of(kind)
    return found[int(draw.integers(len(found)))].copy(name=NODE)


def varied(op, draw, share, names=None):
    """The op with a share of its settings drawn anew; what it refuses stays as it was."""
    for name in names or op.settings:
        if draw.random() >= share:
            continue
        value = drawn(name, op.settings[name], draw)
        if value is not KEPT:
            try:
                op = op.copy(**{name: value})
            except GradeError:
                continue
    return op


@functools.singledispatch
def setting_value(setting, draw):
    """A value of a setting, whose structure is drawn; KEPT where it has none."""
    return KEPT


@setting_value.register
def _of_param(setting: Param, draw):
    return None if setting.optional and draw.random() < 0.4 else test_every_op.drawn(setting, draw)


@setting_value.register
def _of_optional_param(setting: OptionalParam, draw):
    return (None, 0.0, float(draw.uniform(*setting.soft)))[int(draw.integers(3))]


@setting_value.register
def _of_band_param(setting: BandParam, draw):
    low, high = sorted(draw.uniform(*setting.soft, 2))
    return None if draw.random() < 0.5 else Band(float(low), float(high), soft=0.05)


@setting_value.register
def _of_points_param(setting: PointsParam, draw):
    if setting.fewest == 0 and draw.random() < 0.4:
        return ()
    return test_every_op.drawn(setting, draw)


@setting_value.register
def _of_places_param(setting: PlacesParam, draw):
    angles = np.linspace(0, 6, int(draw.integers(3, 7)))
    places = [[float(np.cos(a)) * 0.4, float(np.sin(a)) * 0.3] for a in angles]
    if isinstance(setting, PathParam):
        return [[*at, 0.05, -0.02] if draw.random() < 0.5 else at for at in places]
    return places


@setting_value.register
def _of_rows_param(setting: RowsParam, draw):
    def cell(column):
        low, high = column.soft
        return [float(draw.uniform(low, high)) for _ in range(3 if column.rgb else 1)]

    def row():
        return [c if len(c := cell(column)) == 3 else c[0] for column in setting.columns]

    return [row() for _ in range(int(draw.integers(4)))]


@setting_value.register
def _of_choice(setting: Choice, draw):
    return setting.options[int(draw.integers(len(setting.options)))]


@setting_value.register
def _of_switch(setting: Switch, draw):
    return bool(draw.random() < 0.5)


@setting_value.register
def _of_table_data(setting: TableData, draw):
    return None if draw.random() < 0.3 else test_every_op.drawn(setting, draw)


@setting_value.register
def _of_name(setting: Name, draw):
    return KEPT  # which names there are only the op knows; its instances have some


def drawn(name, setting, draw):
    """A value of a field; that of a node field is one that any op takes."""
    if name == "channels":
        return ("rgb", "r", "gb", "b")[int(draw.integers(4))]
    if name == "space":
        return SPACES[int(draw.integers(len(SPACES)))]
    if name == "enable":
        return bool(draw.random() < 0.8)
    if name == "amount":
        return (1.0, 0.5, 0.0)[int(draw.integers(3))]
    return setting_value(setting, draw)


def matte_of(draw):
    """What limits a node: a window, a key, or alpha."""
    return (
        grade.Ellipse(name="limit"),
        grade.HSLQualifier(saturation=Band(0.1, 0.6, soft=0.1), name="limit"),
        grade.MatteFile(channel="A", name="limit"),
    )[int(draw.integers(3))]


def follower(draw):
    """A second node, whose structure is drawn as well."""
    return varied(grade.Contrast(1.2, name="behind"), draw, 0.5, ["style", *SOFT, *SOFT])


def look_of(op, working, matte, behind):
    """A look around an op: one of mattes limits an offset, one of pictures may be limited."""
    look = grade.Look("pair", working=working)
    source = look.source
    if op.makes == "matte":
        given = [grade.Ellipse(name="first")] if op.takes == "matte" else [source]
        made = given[0] >> op if op.pictures else op
        picture = source >> grade.Offset(0.1, name="limited", matte=made)
    else:
        limits = None if matte is None else (source >> matte if matte.pictures else matte)
        further = len(op.pictures) - 1 + (1 if op.more else 0)
        others = (source >> grade.Offset(0.1 * i, name=f"other_{i}") for i in range(further))
        picture = place(op.copy(matte=limits), source, *others)
    look.outputs["out"] = picture if behind is None else picture >> behind
    return look
