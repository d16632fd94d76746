"""Inputs of a look beside its plate: a second plate, a matte sequence, a layer, alpha."""

from __future__ import annotations

from grade.op import Name, Op, ParameterError
from grade.op.matte_ops import MatteAlgebra
from grade.op.parameters.files import FilePattern, LiteralName


class Input(Op, abstract=True):
    """An input from a file beside the plate, at the same frame.

    It has no formula. The caller of the program reads the file and passes its pixels.
    """

    pictures = ()
    group = "input"

    files = FilePattern(doc="The files; left out, the plate's own.")
    literal = LiteralName(
        doc="Whether files is the name of one file as it stands, where frames match it too."
    )

    def neutral(self) -> bool:
        return False


class PlateFile(Input, abstract=True):
    """Another picture: a second plate, or a layer of the plate's own files.

    ``space`` is the space of the picture. None is the space of the look's plate.
    """

    layer = Name(doc="The layer or part of an EXR file; None is the one that the file shows.")

    def validate(self) -> None:
        if self.files is None and self.layer is None:
            raise ParameterError(f"{self.name or self.kind}: name files=, or a layer= of the plate")


class MatteFile(MatteAlgebra, Input, abstract=True):
    """A matte from a file: one channel, limited to 0..1, NaN as 0.

    Integers are 0..1 over their range. Without ``files`` it is a channel of the plate itself, such
    as its alpha.
    """

    makes = "matte"

    channel = Name(doc="The channel, such as A or lamp.A; None is the only one, or else the first.")

    def validate(self) -> None:
        if self.files is None and self.channel is None:
            raise ParameterError(
                f"{self.name or self.kind}: name files=, or a channel= of the plate, such as A"
            )
