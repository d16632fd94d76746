"""What ``--literal`` decides of a look: inputs whose name is a file and matches frames as well."""

from __future__ import annotations

from grade.graph.look import Look
from grade.io.errors import AmbiguousPathError
from grade.io.sequence.named_files import named_files


def decide_inputs(look: Look, literal: bool | None) -> Look:
    """The look, with ``literal`` set in inputs that the disk alone leaves open.

    All other inputs mean what they mean without the flag: a still plate that is taken literally
    may have a sequence as its matte.
    """
    if literal is None:
        return look
    return look.set(
        {f"{name}.literal": literal for name, op in look.inputs().items() if _is_open(op.values)}
    )


def _is_open(values: dict[str, object]) -> bool:
    files = values["files"]
    if not isinstance(files, str) or values["literal"] is not None:
        return False
    try:
        named_files(files)
    except AmbiguousPathError:
        return True
    return False
