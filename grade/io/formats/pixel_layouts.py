"""Rules for the pixels that a kernel makes for a file, so that the writer has little left to do.

Each format has such a rule, one of these or its own. The renderer asks it, and knows no format by
name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grade.ir.storage import Layout, Storage

LayoutRule = Callable[[Layout, str | None, bool], Layout]
"""``rule(source, bits, divides)`` returns the layout of the pixels. It is given the layout of the
plate, the bits that are asked of the file (None: none are), and whether color is divided by alpha
around the grade."""

STORAGE_OF_BITS: dict[str, Storage] = {
    "half": "f16", "float": "f32", "8": "u8", "10": "u10", "12": "u12", "16": "u16",
}  # fmt: skip
CODE_BITS = ("10", "12")
"""Bits that NumPy has no type for: code values in uint16."""


def choose_floats(source: Layout, bits: str | None, divides: bool) -> Layout:
    """Return planes of half or float: as asked, else as in the source, half for integers."""
    kept: Storage = source.code if source.code in ("f16", "f32") else "f16"
    return Layout(3, kept if bits is None else STORAGE_OF_BITS[bits], planar=True)


def integer_rule(supported: Sequence[str], default: str) -> LayoutRule:
    """Return the rule of a format that holds integers alone and stores straight alpha.

    Parameters
    ----------
    supported
        The bits that the format has.
    default
        The bits of them that a source of another kind gets.
    """

    def choose(source: Layout, bits: str | None, divides: bool) -> Layout:
        if divides:  # the writer divides by alpha once more, and rounds once
            return Layout(3, "f32", planar=True)
        return Layout(3, STORAGE_OF_BITS[bits or _keep(supported, source, default)], planar=True)

    return choose


def code_value_rule(supported: Sequence[str], default: str) -> LayoutRule:
    """Return the rule of a format whose packer takes code values of 10 and 12 bits.

    Those come from the kernel as code values, dithered if asked, and are rounded once. The
    parameters are those of `integer_rule`.
    """
    choose_others = integer_rule(supported, default)

    def choose(source: Layout, bits: str | None, divides: bool) -> Layout:
        wanted = bits or _keep(supported, source, default)
        if wanted in CODE_BITS and not divides:
            return Layout(3, STORAGE_OF_BITS[wanted])
        return choose_others(source, wanted, divides)

    return choose


def _keep(supported: Sequence[str], source: Layout, default: str) -> str:
    """Return the bits of the source if the format has them, else the default."""
    return next((name for name in supported if STORAGE_OF_BITS[name] == source.code), default)
