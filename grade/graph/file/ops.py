"""Ops of a look file: every parameter is checked at its own line."""

from __future__ import annotations

import os
from typing import Any

from grade.graph.file.document import InputEntry, NodeEntry
from grade.graph.file.source_text import SourceFile
from grade.graph.file.yaml_tree import Mapping
from grade.graph.model.change import setting_of
from grade.graph.model.connect import load_op
from grade.graph.model.inputs import MatteFile, PlateFile
from grade.op import Animation, AnimationError, Op, ParameterError
from grade.op.animation.track import is_track
from grade.op.parameters.scalar import is_frames


def op_of(page: SourceFile, name: str, entry: NodeEntry, tree: Mapping) -> Op:
    """The op of a node."""
    assert entry.op is not None
    with page.at(tree.line_of("op"), name):
        kind = load_op(entry.op)
    extra = (entry.model_extra or {}).items()
    values = {field: v for field, v in extra if field not in (*kind.pictures, kind.more)}
    return make_op(page, kind, name, values, tree)


def input_of(page: SourceFile, name: str, entry: InputEntry, tree: Mapping) -> Op:
    """The op that stands for another input: a matte where a channel is named."""
    kind: type[Op] = MatteFile if entry.channel is not None else PlateFile
    given = {"files": entry.files, "channel": entry.channel, "layer": entry.layer}
    values = {field: value for field, value in given.items() if value is not None}
    return make_op(page, kind, name, {**values, **(entry.model_extra or {})}, tree)


def read_animation(value: Any, rate: float, label: str) -> Animation:
    """Keys that may be at timecodes, at the rate of the look."""
    try:
        return Animation.of(value, rate)
    except AnimationError as error:
        raise ParameterError(f"{label}: {error}") from None


def make_op(
    page: SourceFile, kind: type[Op], name: str, given: dict[str, Any], tree: Mapping
) -> Op:
    """An op of a kind with these parameters, as the file has them."""
    values = {}
    for field, value in given.items():
        with page.at(tree.line_of(field)):
            setting = setting_of(kind, name, field)
            if hasattr(setting, "within"):
                value = setting.within(value, page.folder)
            elif is_track(value) and isinstance(value["track"], str):
                value = {**value, "track": os.path.normpath(page.folder / value["track"])}
            elif is_frames(value) and page.document.rate is not None:
                value = read_animation(value, page.document.rate, f"{name}.{field}")
            values[field] = setting.accept(value, name)
    with page.at(tree.line_of("op")):
        return kind(name=name, **values)
