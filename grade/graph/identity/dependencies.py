"""What a look depends on outside itself: configs, and the files that these refer to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grade.errors import GradeError
from grade.graph.model.change import rebuilt
from grade.graph.tracing.spaces import changes_space
from grade.op import Op

if TYPE_CHECKING:
    from collections.abc import Iterable

    from grade.graph.look import Look


def names_spaces(look: Look, ops: Iterable[Op]) -> bool:
    """Whether any space is named, so that the config decides something."""
    if look.input is not None or look.working is not None:
        return True
    return any(changes_space(op) or op.values["space"] is not None for op in ops)


def configs(look: Look, ops: Iterable[Op]) -> tuple[Any, ...]:
    """Every config that decides something about these ops of a look, the look's own first.

    A config whose file, or whose LUT files, were edited is another object; so these tell one kernel
    from another.
    """
    ops = list(ops)
    found = [look.configuration] if names_spaces(look, ops) else []
    for op in ops:
        config, context = op.values.get("config"), op.values.get("context")
        if config is not None or context is not None:
            from grade.color.config.config import open_config

            found.append(open_config(config or look.configuration.path, context))
    return tuple(found)


def config_name(name: Any) -> Any:
    """What a config that an op names is called by its content; the name itself if there is none."""
    from grade.color.config.config import open_config

    try:
        return open_config(name).name
    except GradeError:
        return name


def files(look: Look, ops: Iterable[Op]) -> list[str]:
    """Digests of the LUT files that a look reads through configs on disk.

    Those of a look that cannot be traced are not known, and not needed. Of a look whose plates say
    their space themselves, the way from there is not counted.
    """
    from grade.color.config.referenced_files import collect_files, hash_file
    from grade.graph.tracing.trace import trace
    from grade.ir.storage import Layout

    try:
        if not any(config.on_disk for config in configs(look, ops)):
            return []
        pixels = Layout(3)
        if look.input == "auto":
            look = rebuilt(look, {}, kept=False, input=look.working)
        with collect_files() as read:
            for name in look.outputs:
                trace(look, name, pixels, pixels, "none")
    except GradeError:
        return []
    return sorted({hash_file(file) for file in read})
