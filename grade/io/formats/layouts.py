"""Which pixels a kernel shall make for a file, so that the writer has little or nothing to do.

A format names one of these, or its own; the renderer asks and knows no format by name.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from grade.ir.storage import Layout, Storage

Choice = Callable[[Layout, str | None, bool], Layout]
"""``choice(source, bits, divides)``: how the plate lies in memory, what is asked of the file
(None: nothing), and whether color is taken off its alpha around the grade."""

OF_BITS: dict[str, Storage] = {
    "half": "f16", "float": "f32", "8": "u8", "10": "u10", "12": "u12", "16": "u16",
}  # fmt: skip


def floats(source: Layout, bits: str | None, divides: bool) -> Layout:
    """Half or float, planar: what is asked for, else as the source, half for integers."""
    kept: Storage = source.code if source.code in ("f16", "f32") else "f16"
    return Layout(3, kept if bits is None else OF_BITS[bits], planar=True)


def integers(held: Sequence[str], default: str) -> Choice:
    """The choice of a format that holds only integers and stores alpha straight.

    Parameters
    ----------
    held
        The bits that it has.
    default
        Of them, what a source of another kind gets.
    """

    def choice(source: Layout, bits: str | None, divides: bool) -> Layout:
        if divides:  # the writer divides by alpha once more, and rounds once
            return Layout(3, "f32", planar=True)
        kept = next((name for name in held if OF_BITS[name] == source.code), default)
        return Layout(3, OF_BITS[bits or kept], planar=True)

    return choice
