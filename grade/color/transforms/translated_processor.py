"""An OpenColorIO processor, group or transform, translated so that an op can apply it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from grade.color.errors import ConfigError
from grade.color.transforms.dynamic_properties import DynamicStep
from grade.color.transforms.ocio_processor import (
    from_processor,
    make_raw_config,
    optimize_losslessly,
)
from grade.color.transforms.ocio_translation import flatten
from grade.color.transforms.transform import Transform
from grade.ir.expression import channels, make, rgb
from grade.ir.program import Program, Stage, Uniform
from grade.ir.storage import Layout
from grade.ir.types import F32

INFINITY = float("inf")
FORMATS = {".ctf": "Color Transform Format", ".clf": "Academy/ASC Common LUT Format"}


class TranslatedProcessor:
    """The operations of a processor, read op by op.

    Two are equal if they compute the same, whatever the values of their dynamic properties.

    Parameters
    ----------
    given
        A ``Processor``, or any transform: a group, ``FileTransform``, ``BuiltinTransform`` ...
    config
        The ``PyOpenColorIO.Config`` for a transform that names spaces or looks; None takes a config
        without any.

    Raises
    ------
    ConfigError
        If OpenColorIO cannot make a processor of it.
    UntranslatedTransform
        If it needs a primitive that has no translation.
    """

    def __init__(self, given: Any, config: Any = None) -> None:
        import PyOpenColorIO as ocio

        if isinstance(given, ocio.Transform):
            given = _make_processor(given, config)
        if not isinstance(given, ocio.Processor):
            raise ConfigError(
                f"{type(given).__name__}: takes a PyOpenColorIO Processor or Transform; of a"
                " CPUProcessor give the Processor that it was made of"
            )
        self._processor = optimize_losslessly(given)
        self.transform: Transform = from_processor(given, live=True)

    @cached_property
    def digest(self) -> str:
        """sha256 of the program and tables, whatever the values of the dynamic properties."""
        layout = Layout(3)
        color = rgb(*(make("load", (), (F32, 0, c)) for c in range(3)))
        names = [name for name, _ in self.transform.dynamic]
        moved = {name: make("uniform", (), (F32, i)) for i, name in enumerate(names)}
        result = self.transform.replace_dynamic(moved)(color)
        stage = Stage(tuple(channels(rgb(*channels(result)))))
        uniforms = tuple(Uniform(name, F32, -INFINITY, INFINITY) for name in names)
        return str(Program((layout,), (layout,), uniforms, (stage,)).hash)

    def write(self, path: str | os.PathLike[str], numbers: Mapping[str, float]) -> Path:
        """Write a ``.ctf`` file, which keeps everything, or ``.clf``, which has fewer operations.

        Parameters
        ----------
        path
            The file; its suffix selects the format.
        numbers
            Values of the dynamic properties.

        Raises
        ------
        ConfigError
            If the suffix is neither, or the format lacks one of the operations.
        """
        import PyOpenColorIO as ocio

        file = Path(path)
        if file.suffix.lower() not in FORMATS:
            raise ConfigError(f"{file}: name a .ctf or .clf file")
        group = self._processor.createGroupTransform()
        members = list(flatten(group))
        for step in self.transform.replace_dynamic(numbers).steps:
            if isinstance(step, DynamicStep):
                step.store(members[step.place])
        try:
            text = group.write(FORMATS[file.suffix.lower()])
        except ocio.Exception as error:
            raise ConfigError(f"{file}: {error}") from None
        file.parent.mkdir(parents=True, exist_ok=True)
        part = file.with_name(f".{file.name}.{os.getpid()}.part")
        part.write_text(text, encoding="utf-8")
        part.replace(file)
        return file

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, TranslatedProcessor) and self.digest == other.digest
        )

    def __hash__(self) -> int:
        return hash(self.digest)

    def __repr__(self) -> str:
        return f"<{' '.join(self.transform.operations) or 'identity'}>"


def _make_processor(transform: Any, config: Any) -> Any:
    import PyOpenColorIO as ocio

    try:
        return (make_raw_config() if config is None else config).getProcessor(transform)
    except (ocio.Exception, ocio.ExceptionMissingFile) as error:
        raise ConfigError(f"{type(transform).__name__}: {error}") from None
