"""OCIOProcessor: whatever OpenColorIO has made ready, as an op."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from grade.color.transforms.translated_processor import TranslatedProcessor
from grade.op import Op, ParameterError, Setting
from grade.op.animation.keyframes import still
from grade.op.parameters.mapping import NamedParam
from grade.ops.file_lut import FileLUT


class ProcessorData(Setting):
    """A processor or transform of PyOpenColorIO; None while it is not given."""

    structural = True
    default = None

    def __init__(self, *, doc: str) -> None:
        self.doc = doc

    def check(self, value: Any, owner: str) -> Any:
        if value is None or isinstance(value, TranslatedProcessor):
            return value
        return TranslatedProcessor(value)

    def unwritable(self, node: str) -> str:
        """Why it has no place in a look file, and the remedy."""
        return (
            "a processor has no text of its own; write it beside the look and place that file,"
            f' as in look["{node}"].write("{node}.ctf"), which gives FileLUT("{node}.ctf")'
        )

    def summary(self) -> str:
        return "a PyOpenColorIO Processor or Transform"


class OCIOProcessor(Op):
    """Apply an OpenColorIO processor or transform, whatever it is made of.

    ``grade.from_processor(p)`` makes one. The processor is read op by op and computed in float32:
    nothing is baked, but for the inverse of a 3D LUT, and ``notes`` and ``grade explain`` say so.
    The numbers of the picture are taken as they are.

    Dynamic properties are uniforms, by name in ``dynamic``: ``exposure``, ``contrast``, ``gamma``;
    ``primary.gamma.r``, ``tone.blacks.start``, ``rgb_curve.master.1.y``, ``hue_curve.hue_sat.0.y``.
    They begin with the values that the processor has now; its own handles are not looked at again.
    Of several properties of one type the first is live, and the others keep their value, as in
    OpenColorIO. How many control points there are is structure.

    A look with this op has no file: ``op.write("print.ctf")`` writes the operations beside the
    look, and gives the ``FileLUT`` to place instead.

    What happens to negative values and to NaN is what the processor does. Source: OpenColorIO.

    >>> import PyOpenColorIO as ocio
    >>> video = ocio.ExponentTransform([2.4, 2.4, 2.4, 1], direction=ocio.TRANSFORM_DIR_INVERSE)
    >>> from_processor(video).evaluate([0.0, 0.18, 1.0]).round(6).tolist()     # 0.18 ** (1 / 2.4)
    [0.0, 0.489437, 1.0]
    """

    group = "color"
    processor = ProcessorData(doc="The processor, group or transform of PyOpenColorIO.")
    dynamic = NamedParam(unit="as the property's", doc="The numbers of its dynamic properties.")

    def validate(self) -> None:
        label = self.name or self.kind
        if self.processor is None:
            raise ParameterError(f"{label}.processor: give the processor")
        transform, given = self.processor.transform, self.values["dynamic"]
        completed = self.settings["dynamic"].completed  # type: ignore[attr-defined]
        self.values["dynamic"] = completed(
            given, transform.dynamic, transform.explain_refusal, label
        )

    def neutral(self) -> bool:
        return False

    def notes(self) -> list[str]:
        """What the user should know: that the inverse of a 3D LUT is baked."""
        found: list[str] = self.processor.transform.notes
        return found

    def write(self, path: str | os.PathLike[str]) -> FileLUT:
        """Write the operations as a ``.ctf`` or ``.clf`` file; gives the op that applies it.

        Dynamic properties stay so in a ``.ctf`` file; of keyframes the first is written, and the op
        has them all.

        Raises
        ------
        ConfigError
            If the name ends in neither, or the format has no such operation.
        """
        fields = {name: self.values[name] for name in self.NODE_FIELDS}
        if Path(path).suffix.lower() == ".ctf":
            fields["dynamic"] = self.values["dynamic"]
        file = self.processor.write(path, dict(still(self.values["dynamic"])))
        return FileLUT(file, name=self.name, matte=self.matte, **fields)

    def forward(self, x: Any) -> Any:
        transform = self.processor.transform
        names = [name for name, _ in transform.dynamic]
        return transform.replace_dynamic(dict(zip(names, self.dynamic, strict=True)))(x)


def from_processor(processor: Any, config: Any = None, **fields: Any) -> OCIOProcessor:
    """An op of any OpenColorIO processor, group or transform.

    Parameters
    ----------
    processor
        ``PyOpenColorIO.Processor`` or any ``Transform``.
    config
        For a transform that names spaces or looks: a ``PyOpenColorIO.Config``.
    fields
        Node fields: ``name``, ``amount``, ``space`` ...

    Raises
    ------
    ConfigError
        If OpenColorIO makes no processor of it.
    UntranslatedTransform
        Naming the primitive that has no translation; nothing is approximated.

    >>> import PyOpenColorIO as ocio
    >>> from_processor(ocio.RangeTransform(0.0, 1.0, 0.0, 1.0)).evaluate([-1.0, 0.5, 2.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    return OCIOProcessor(TranslatedProcessor(processor, config), **fields)
