"""OCIOProcessor: an OpenColorIO processor or transform as an op."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from grade.color.transforms.translated_processor import TranslatedProcessor
from grade.op import Op, ParameterError, Setting
from grade.op.animation.keyframes import first_value
from grade.op.parameters.mapping import MappingParam
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
        """Why it cannot stand in a look file, and the remedy."""
        return (
            "a processor has no text of its own; write it beside the look and place that file,"
            f' as in look["{node}"].write("{node}.ctf"), which gives FileLUT("{node}.ctf")'
        )

    def summary(self) -> str:
        return "a PyOpenColorIO Processor or Transform"


class OCIOProcessor(Op):
    """Apply an OpenColorIO processor or transform of any kind.

    ``grade.from_processor(p)`` makes one. The processor is read op by op and computed in float32:
    nothing is baked. ``notes`` and ``grade explain`` say how far the inverse of a 3D LUT and the
    LUT itself are from restoring a color. The op works on the code values of the working space.

    Dynamic properties are uniforms, by name in ``dynamic``: ``exposure``, ``contrast``, ``gamma``;
    ``primary.gamma.r``, ``tone.blacks.start``, ``rgb_curve.master.1.y``, ``hue_curve.hue_sat.0.y``.
    They begin with the present values of the processor; later changes of the processor itself have
    no effect. Of several properties of one type the first can be changed and the others keep their
    value, as in OpenColorIO. How many control points there are is structure.

    A look with this op cannot be saved: ``op.write("print.ctf")`` writes the operations to a file
    and returns the ``FileLUT`` to use instead.

    Negative values and NaN are treated as the processor treats them. Source: OpenColorIO.

    >>> import PyOpenColorIO as ocio
    >>> video = ocio.ExponentTransform([2.4, 2.4, 2.4, 1], direction=ocio.TRANSFORM_DIR_INVERSE)
    >>> from_processor(video).evaluate([0.0, 0.18, 1.0]).round(6).tolist()     # 0.18 ** (1 / 2.4)
    [0.0, 0.489437, 1.0]
    """

    group = "color"
    known_as = ("processor",)
    processor = ProcessorData(doc="The processor, group or transform of PyOpenColorIO.")
    dynamic = MappingParam(unit="as the property's", doc="The numbers of its dynamic properties.")

    def complete(self) -> None:
        if self.processor is not None:
            own, setting = self.processor.transform.dynamic, type(self).dynamic
            self.values["dynamic"] = setting.complete(
                self.values["dynamic"], own, self.name or self.kind
            )

    def validate(self) -> None:
        label = self.name or self.kind
        if self.processor is None:
            raise ParameterError(f"{label}.processor: give the processor")
        refusal = self.processor.transform.explain_refusal
        type(self).dynamic.refuse(self.values["dynamic"], refusal, label)

    def neutral(self) -> bool:
        return False

    def notes(self) -> list[str]:
        """Notes for the user: what a trilinear 3D LUT leaves after its inverse."""
        found: list[str] = self.processor.transform.notes
        return found

    def write(self, path: str | os.PathLike[str]) -> FileLUT:
        """Write the operations to a ``.ctf`` or ``.clf`` file, and return the op that applies it.

        Dynamic properties stay dynamic in a ``.ctf`` file. The file has the value of the first
        keyframe; the op has all keyframes.

        Raises
        ------
        ConfigError
            If the name has neither suffix, or the format lacks an operation.
        """
        fields = {name: self.values[name] for name in self.NODE_FIELDS}
        if Path(path).suffix.lower() == ".ctf":
            fields["dynamic"] = self.values["dynamic"]
        file = self.processor.write(path, dict(first_value(self.values["dynamic"])))
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
        A ``PyOpenColorIO.Config``, for a transform that names spaces or looks.
    fields
        Node fields: ``name``, ``amount``, ``space`` ...

    Raises
    ------
    ConfigError
        If OpenColorIO can make no processor of it.
    UntranslatedTransform
        If a primitive has no translation; nothing is approximated.

    >>> import PyOpenColorIO as ocio
    >>> from_processor(ocio.RangeTransform(0.0, 1.0, 0.0, 1.0)).evaluate([-1.0, 0.5, 2.0]).tolist()
    [0.0, 0.5, 1.0]
    """
    return OCIOProcessor(TranslatedProcessor(processor, config), **fields)
