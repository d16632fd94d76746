"""``Op``: the base class of all ops, and the registry that each subclass joins."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from typing import Any, ClassVar, Literal, Self, cast

import numpy as np

from grade.errors import RequestError
from grade.ir.expression import Node, channels, equal, fma, make, mix, rgb, select
from grade.op.animation.keyframes import Animation, first_value
from grade.op.chain import ChainLink
from grade.op.naming import NODE_NAME, kind_of
from grade.op.parameters.choices import Name, Switch
from grade.op.parameters.scalar import Param
from grade.op.parameters.setting import ParameterError, Setting
from grade.op.working_space import ACES, InProgram, Working
from grade.suggestion import find_nearest, suggest

Domain = Literal["any", "linear", "log", "display"]
PictureOrMatte = Literal["picture", "matte"]
Uniforms = Callable[[str, float, float], Node]

INFINITY = float("inf")
OPS: dict[str, type[Op]] = {}


class DomainBy:
    """A domain that depends on a ``Choice``.

    ``domain = DomainBy("style", linear="linear", log="log")``: on an op it is the domain of the
    op's choice, on the class that of the default choice.
    """

    def __init__(self, choice: str, **domains: Domain) -> None:
        self.choice, self.domains = choice, domains

    def __get__(self, instance: Op | None, owner: type[Op]) -> Domain:
        setting = owner.settings[self.choice]
        return self.domains[setting.default if instance is None else instance.values[self.choice]]


class UnknownOp(RequestError):
    """There is no op of this name; the message names the nearest."""


class Op(ChainLink):
    """One grading operation: its parameters, its formula, its documentation.

    A subclass declares parameters as class attributes and writes ``forward(self, x)`` against the
    IR, where ``x`` is a color and ``self.parameter`` an expression. ``inverse(self, y)`` is
    optional. The class statement registers the op under its name in snake case.

    An op of two pictures names them in ``pictures`` and writes ``forward(self, a, b)``. An op that
    takes any number of further pictures names their list in ``more``. ``takes`` and ``makes`` say
    whether the input and the output are a picture or a matte (see :mod:`grade.op.matte_ops`).
    ``domain`` is the encoding that the formula is meant for; ``self.working`` describes the
    working space where a formula must know it.

    Every op also takes the node fields: ``name``, ``amount`` (0 leaves the picture as it was, 1 is
    the whole effect), ``enable``, ``space`` (overrides the domain;
    ``as_is`` takes the picture in the space that it is in), ``channels`` (those that are
    written), ``matte`` and ``note``.
    """

    domain: ClassVar[Domain] = "any"
    group: ClassVar[str] = "primary"
    kind: ClassVar[str]
    settings: ClassVar[dict[str, Setting]] = {}
    pictures: ClassVar[tuple[str, ...]] = ("from",)
    more: ClassVar[str | None] = None
    known_as: ClassVar[tuple[str, ...]] = ()
    synonyms: ClassVar[Mapping[str, str]] = {
        "mask": "matte", "masked_by": "matte", "opacity": "amount", "strength": "amount",
        "mix": "amount", "blend": "amount", "intensity": "amount", "bypass": "enable",
        "disable": "enable", "enabled": "enable", "mute": "enable", "on": "enable",
        "colorspace": "space", "color_space": "space", "working_space": "space",
        "channel": "channels", "label": "name", "comment": "note", "description": "note",
        "input": "from", "source": "from", "clone": "like", "same_as": "like", "type": "op",
    }  # fmt: skip
    takes: ClassVar[PictureOrMatte] = "picture"
    makes: ClassVar[PictureOrMatte] = "picture"
    working: Working = ACES
    name: str | None
    matte: Any
    values: dict[str, Any]
    """The value of every declared field; exchanged as a whole, never changed in place."""
    shared: bool = False
    """Whether two looks hold the op, so that a keyframe set through one would change both."""
    wire: Any = None
    """The matte that a window is in its look, the same wherever the window is used."""
    _remembered: tuple[Mapping[str, Any] | None, dict[str, Any]] = (None, {})

    amount = Param(
        1.0,
        soft=(0, 1),
        hard=(0, 1),
        unit="fraction",
        doc="Strength of the effect: 0 is none, 1 is all.",
    )
    channels = Name("rgb", doc="The channels that are written, such as rgb, r or gb.")
    enable = Switch(True, doc="False bypasses the node.")
    space = Name(
        doc="The color space to work in, instead of that of the op's domain; as_is: no conversion."
    )
    note = Name("", doc="A note for people; it changes nothing.")

    NODE_FIELDS: ClassVar[tuple[str, ...]] = ("amount", "channels", "enable", "space", "note")
    RESERVED: ClassVar[tuple[str, ...]] = (*NODE_FIELDS, "name", "from", "matte", "op", "like")

    def __init_subclass__(cls, abstract: bool = False) -> None:
        own = {n: s for n, s in vars(cls).items() if isinstance(s, Setting)}
        clash = set(own) & set(cls.RESERVED)
        if clash:
            raise TypeError(f"{cls.__name__}: {', '.join(clash)} is a node field, not a parameter")
        cls.settings = {**cls.settings, **own}
        cls.kind = kind_of(cls.__name__)
        if not abstract:
            known = OPS.get(cls.kind)
            if known is not None and known.__module__ != cls.__module__:
                raise TypeError(f"two ops are called {cls.kind}: {known} and {cls}")
            OPS[cls.kind] = cls

    def __init__(
        self, *args: Any, name: str | None = None, matte: Any = None, **given: Any
    ) -> None:
        own = [n for n in self.settings if n not in self.NODE_FIELDS]
        if len(args) > len(own):
            raise ParameterError(f"{self.kind}: {len(args)} values for {len(own)} parameters")
        for field, value in zip(own, args, strict=False):
            if field in given:
                raise ParameterError(f"{self.kind}.{field}: given twice")
            given[field] = value
        if name is not None and not NODE_NAME.match(name):
            raise ParameterError(
                f"{self.kind}: name {name!r}: a node's name is lower-case letters, digits and _,"
                " and begins with a letter"
            )
        self.name, self.matte = name, matte
        self._set_values(given, name or self.kind)

    def _set_values(self, given: Mapping[str, Any], label: str) -> None:
        """Check values and keep them, together with defaults; messages call the op ``label``."""
        values = {n: s.default for n, s in self.settings.items()}
        for field, value in given.items():
            values[field] = self.setting(field).accept(value, label)
        self.values = values
        if not self.values["channels"] or set(self.values["channels"]) - set("rgb"):
            raise ParameterError(
                f"{label}.channels = {self.values['channels']!r}: takes letters among r, g and b"
            )
        if self.makes == "matte" and (self.matte is not None or self.values["channels"] != "rgb"):
            raise ParameterError(
                f"{label}: gives a matte, so it has neither matte= nor channels=; combine mattes"
                " with & | - ~"
            )
        self.complete()
        for frame in self.key_frames() or [0.0]:
            self.at(frame).validate()

    @classmethod
    def setting(cls, name: str) -> Setting:
        """The declaration of a field; otherwise :class:`ParameterError` with the nearest name."""
        if name in cls.settings:
            return cls.settings[name]
        guess = find_nearest(name, [*cls.settings, *cls.RESERVED], cls.all_synonyms())
        if guess is None:
            close = suggest(name, cls.settings)
        else:
            summary = f" ({cls.settings[guess].summary()})" if guess in cls.settings else ""
            close = f" Did you mean {guess}{summary}?"
        raise ParameterError(f"{cls.kind}.{name}: {cls.kind} has no such parameter.{close}")

    @classmethod
    def all_synonyms(cls) -> dict[str, str]:
        """Other words for the fields of the op; its own stand over those of its base classes."""
        stated = [vars(base).get("synonyms", {}) for base in reversed(cls.__mro__)]
        fields = {*cls.settings, *cls.RESERVED}
        merged: dict[str, str] = {}
        for words in stated:
            merged |= {word: field for word, field in words.items() if field in fields}
        return merged

    @classmethod
    def params(cls) -> dict[str, Param]:
        """The fields whose values are uniforms, so that a change never recompiles."""
        return {n: s for n, s in cls.settings.items() if isinstance(s, Param)}

    def complete(self) -> None:
        """Add what other values decide to ``self.values``, before they are checked together."""

    def validate(self) -> None:
        """Check combinations of values, beyond the range of each; override to add checks.

        It sees plain values: those of a frame where there are keyframes. It is called for every
        frame that is computed.
        """

    def neutral(self) -> bool:
        """Whether the op at its default parameters is the identity; depends on structure only."""
        return True

    def forward(self, *pictures: Any, **unused: Any) -> Any:
        """The formula: one color in for each name in ``pictures``, one color out."""
        raise NotImplementedError(f"{type(self).__name__} has no forward")

    @classmethod
    def invertible(cls) -> bool:
        """Whether the op declares an inverse."""
        return hasattr(cls, "inverse")

    def __repr__(self) -> str:
        changed = [f"{n}={v!r}" for n, v in self.values.items() if v != self.settings[n].default]
        label = [] if self.name is None else [f"name={self.name!r}"]
        return f"{type(self).__name__}({', '.join(changed + label)})"

    def copy(self, **changes: Any) -> Self:
        """An independent op with some fields changed, ``name`` and ``matte`` among them."""
        fields = {"name": self.name, "matte": self.matte, **self.values, **changes}
        return type(self)(**fields)

    def copy_as(self, label: str, changes: Mapping[str, Any]) -> Self:
        """An independent op with other values, which keeps its name; messages call it ``label``."""
        new = copy(self)
        new.shared, new.wire = False, None
        new._set_values({**self.values, **changes}, label)
        return new

    def exchange(self, field: str, value: Any) -> None:
        """Give a field another value, already checked: how a look sets a keyframe on a node."""
        self.values = {**self.values, field: value}

    @property
    def changes_space(self) -> bool:
        """Whether the op takes its picture to another space, as Convert and Display do."""
        return "src" in self.settings and hasattr(self, "transform")

    def bind(self, values: Mapping[str, Any], working: Working = ACES) -> Self:
        """A copy whose parameters are expressions or float64 arrays, as ``forward`` sees them."""
        twin = copy(self)
        twin.working = working
        twin.values = {**self.values, **values}
        return twin

    def remember(self, what: str, make: Callable[[], Any]) -> Any:
        """The result of ``make`` for the present values, computed once and kept.

        Moving a slider asks every op of a look, each time. Values are exchanged as a whole and
        never changed in place, so a different mapping object means different values.
        """
        values, found = self._remembered
        if values is not self.values:
            found = {}
            self._remembered = (self.values, found)
        if what not in found:
            found[what] = make()
        return found[what]

    # --- the formula on NumPy ---------------------------------------------------------------------

    def evaluate(self, x: Any, *others: Any, inverse: bool = False, working: Working = ACES) -> Any:
        """The formula in NumPy float64: for the REPL, for doctests, and as the oracle of tests.

        Parameters
        ----------
        x
            A number, used for all three channels, or an array ``(..., 3)``.
        others
            The further pictures of an op that takes several.
        working
            The space of ``x``, for ops that ask; ACES unless given.

        Returns
        -------
        float or ndarray
            A number if ``x`` is one and the channels agree, else an array ``(..., 3)``.
        """
        color = np.asarray(x, dtype=np.float64)
        wide = np.broadcast_to(color, (3,)) if color.ndim == 0 else color
        bound = self.bind(self._assemble(lambda name, value: np.float64(value)), working)
        with np.errstate(all="ignore"):
            if self.neutral() and np.all(self._is_identity(bound)):
                result = wide
            else:
                formula = bound.inverse if inverse else bound.forward  # type: ignore[attr-defined]
                result = formula(wide, *(np.asarray(o, dtype=np.float64) for o in others))
            result = np.broadcast_to(result, wide.shape)
            result = mix(wide, result, self.values["amount"])
        written = [letter in self.values["channels"] for letter in "rgb"]
        result = np.where(written, result, wide)
        if color.ndim == 0 and np.isclose(result, result[0], 0, 0, equal_nan=True).all():
            return float(result[0])
        return np.array(result)

    def _assemble(self, leaf: Callable[[str, float], Any]) -> dict[str, Any]:
        """Each parameter as ``forward`` sees it, assembled from one leaf per number."""
        bound = {}
        for field, param in self.params().items():
            value = first_value(self.values[field])
            names = param.names(value)
            numbers = param.flatten(value)
            parts = [leaf(f"{field}{n}", v) for n, v in zip(names, numbers, strict=True)]
            bound[field] = param.assemble(parts)
        return bound

    # --- the formula on the IR --------------------------------------------------------------------

    def trace(
        self,
        x: Node,
        uniform: Uniforms,
        *others: Node,
        matte: Node | None = None,
        inverse: bool = False,
        working: Working = ACES,
    ) -> Node:
        """The expression of this node: formula, identity at defaults, amount, matte, channels.

        Parameters
        ----------
        x
            The input color, f32x3.
        uniform
            ``uniform(name, low, high)`` gives the leaf for one number, ``trim.slope.r``.
        *others
            The further pictures of an op that takes several, in the order of ``pictures``.
        matte
            The effect on each pixel, 0..1: the bits of ``x`` at 0, of the result at 1.
        working
            The space of ``x``, for ops that ask.
        """
        bound, leaves = self._bind_uniforms(uniform, working)
        y = bound.inverse(x) if inverse else bound.forward(x, *others)  # type: ignore[attr-defined]
        y = rgb(*channels(y))
        amount = leaves["amount"]
        if matte is None:
            y = select(equal(amount, 1.0), y, fma(amount, y - x, x))
        else:
            y = mix(x, y, amount * matte)
        return self._keep_unwritten(x, select(self._is_off(bound, leaves), x, y))

    def unchanged(self, uniform: Uniforms, matte: Node | None = None) -> Node:
        """The condition under which :meth:`trace` gives the bits of ``x``.

        It depends on uniforms alone, and on the matte where there is one.
        """
        off = self._is_off(*self._bind_uniforms(uniform))
        return off if matte is None else off | equal(matte, 0.0)

    # --- time -------------------------------------------------------------------------------------

    def animated(self) -> list[str]:
        """The parameters that have keyframes."""
        return [field for field, value in self.values.items() if isinstance(value, Animation)]

    def key_frames(self) -> list[float]:
        """The frames of all keyframes, in order."""
        return sorted({key.frame for field in self.animated() for key in self.values[field]})

    def at(self, frame: float) -> Self:
        """The op at a frame, without keyframes; itself where it has none."""
        animated = self.animated()
        if not animated:
            return self
        return self.bind({field: self.values[field].at(frame) for field in animated})

    def still(self, values: Mapping[str, Any], label: str) -> Self:
        """The op with plain values in the place of its keyframes, checked as such values are.

        Between keyframes a value is not one that anybody has given: a curve may overshoot, points
        of a curve may cross, and parameters with limits among each other may break them.

        Raises
        ------
        ParameterError
            If a value is outside its range, or values do not go together.
        """
        checked = {field: self.settings[field].check(v, label) for field, v in values.items()}
        made = self.bind(checked)
        made.validate()
        return made

    def check_key(self, field: str, animation: Animation, frame: float, label: str) -> None:
        """Refuse keyframes of a parameter if their key at a frame does not go with other values.

        That key decides the values up to its neighbors.

        Raises
        ------
        ParameterError
            If the values at a keyframe of any parameter do not go together.
        """
        made = self.bind({field: animation})
        made.complete()
        own = [key.frame for key in animation]
        place = own.index(frame)
        first = own[place - 1] if place else -INFINITY
        last = own[place + 1] if place + 1 < len(own) else INFINITY
        for at in made.key_frames():
            if at == frame or first < at < last:
                made.still({name: made.values[name].at(at) for name in made.animated()}, label)

    def _is_off(self, bound: Op, leaves: Mapping[str, Node]) -> Node:
        """The condition that nothing changes: amount 0, or every parameter neutral."""
        off: Node = equal(leaves["amount"], 0.0)
        return off | self._is_identity(bound) if self.neutral() and len(leaves) > 1 else off

    def _bind_uniforms(
        self, uniform: Uniforms, working: Working = ACES
    ) -> tuple[Self, dict[str, Node]]:
        """A copy whose parameters are uniforms, and those uniforms by their names."""
        label = self.name or self.kind
        leaves: dict[str, Node] = {}

        params = self.params()

        def leaf(path: str, value: float) -> Node:
            low, high = params[path.partition(".")[0]].bounds()
            leaves[path] = uniform(f"{label}.{path}", low, high)
            return leaves[path]

        return self.bind(self._assemble(leaf), cast(Working, InProgram(working))), leaves

    def _is_identity(self, bound: Op) -> Any:
        """Whether every parameter is neutral: a condition of uniforms alone."""
        result: Any = None
        for field, param in self.params().items():
            if field == "amount":
                continue
            for condition in param.is_neutral(bound.values[field]):
                result = condition if result is None else result & condition
        return True if result is None else result

    def _keep_unwritten(self, x: Node, y: Node) -> Node:
        """``y`` in the channels that the node writes, ``x`` in the others."""
        wanted = self.values["channels"]
        if set(wanted) == set("rgb"):
            return y
        pairs = zip("rgb", channels(x), channels(y), strict=True)
        return make("rgb", tuple(new if letter in wanted else old for letter, old, new in pairs))


Op.settings = {n: s for n, s in vars(Op).items() if isinstance(s, Setting)}


def find_op(kind: str) -> type[Op]:
    """The op of a name, such as ``lift_gamma_gain``.

    Raises
    ------
    UnknownOp
        If there is none; with the nearest.
    """
    if kind in OPS:
        return OPS[kind]
    raise UnknownOp(f"there is no op {kind!r}.{suggest(kind, OPS, names_of_ops())}")


def names_of_ops() -> dict[str, str]:
    """Other words for ops, as each declares them, with the op that is meant."""
    return {word: kind for kind, op in OPS.items() for word in op.known_as}
