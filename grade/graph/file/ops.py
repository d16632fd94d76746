"""Makes the ops of a look file; errors have the line of the parameter."""

from __future__ import annotations

import os
from typing import Any

from grade.graph.file.document import InputEntry, NodeEntry
from grade.graph.file.source_file import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.change import setting_of
from grade.graph.model.connect import load_op
from grade.graph.model.inputs import MatteFile, PlateFile
from grade.op import Animation, AnimationError, Op, ParameterError
from grade.op.animation.keyframes import is_keyframes
from grade.op.animation.tracker_table import is_track
from grade.op.parameters.files import PathSetting


def op_of(file: SourceFile, name: str, entry: NodeEntry, tree: Mapping) -> Op:
    """The op of a node."""
    assert entry.op is not None
    with file.at(tree.line_of("op"), name):
        op_type = load_op(entry.op)
    extra = (entry.model_extra or {}).items()
    values = {field: v for field, v in extra if field not in (*op_type.pictures, op_type.more)}
    return make_op(file, op_type, name, values, tree)


def input_of(file: SourceFile, name: str, entry: InputEntry, tree: Mapping) -> Op:
    """The op of another input: a matte where a channel is named, else a picture."""
    op_type: type[Op] = MatteFile if entry.channel is not None else PlateFile
    given = {"files": entry.files, "channel": entry.channel, "layer": entry.layer}
    values = {field: value for field, value in given.items() if value is not None}
    return make_op(file, op_type, name, {**values, **(entry.model_extra or {})}, tree)


def read_animation(value: Any, rate: float, label: str) -> Animation:
    """An animation from keys at frames or at timecodes, with the rate of the look."""
    try:
        return Animation.of(value, rate)
    except AnimationError as error:
        raise ParameterError(f"{label}: {error}") from None


def make_op(
    file: SourceFile, op_type: type[Op], name: str, given: dict[str, Any], tree: Mapping
) -> Op:
    """Make an op of a kind with the parameters of the file."""
    values = {}
    for field, value in given.items():
        with file.at(tree.line_of(field)):
            setting = setting_of(op_type, name, field)
            if isinstance(setting, PathSetting):
                value = setting.resolve_path(value, file.folder)
            elif is_track(value) and isinstance(value["track"], str):
                value = {**value, "track": os.path.normpath(file.folder / value["track"])}
            elif is_keyframes(value) and file.document.rate is not None:
                value = read_animation(value, file.document.rate, f"{name}.{field}")
            values[field] = setting.accept(value, name)
    with file.at(tree.line_of("op")):
        return op_type(name=name, **values)
