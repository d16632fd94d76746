"""The config of a look file, and the spaces and views that it names."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from grade.graph.file.source_text import Page
from grade.graph.file.yaml_tree import Mapping

if TYPE_CHECKING:
    from grade.graph.look import Look


def configure(look: Look, page: Page) -> None:
    """Give the look the config that the file states."""
    stated = page.document.config
    if stated is None:
        return
    if stated.startswith(("ocio://", "sha256:")):
        look.config = look.pinned = stated
    else:
        look.config = os.path.normpath(page.folder / stated)


def check_spaces(look: Look, page: Page) -> None:
    """The config is found, and has the spaces of the look."""
    if look.input is None and look.working is None:
        return
    with page.at(page.tree.line_of("config"), "config" if page.document.config else ""):
        config = look.configuration
    for field in ("input", "working"):
        name = getattr(look, field)
        if name is not None and (field, name) != ("input", "auto"):
            with page.at(page.tree.line_of(field), field):
                config.space(name)


def check_names(look: Look, page: Page, label: str, names: dict[str, Any], tree: Mapping) -> None:
    """Spaces, displays and views that an op or an output names are in the config."""
    for field in ("space", "src", "dst"):
        if names.get(field) is not None:
            with page.at(tree.line_of(field), f"{label}.{field}"):
                look.configuration.space(names[field])
    if names.get("view") is not None:
        with page.at(tree.line_of("view"), f"{label}.view"):
            look.configuration.check_view(names["display"], names["view"])
