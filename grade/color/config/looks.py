"""The looks of a config, alone and in place of the looks of a view."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from grade.color.config.built_in_configs import find_configs_with_look, suggest_config
from grade.color.errors import UnknownSpace, find_nearest
from grade.color.transforms.transform import Transform

if TYPE_CHECKING:
    from grade.color.config.config import Config


def make_look_transform(
    config: Config, looks: str, space: str, *, inverse: bool = False
) -> Transform:
    """Make the transform of looks, for a picture that is in a space and stays in it.

    Parameters
    ----------
    looks
        As in a config: ``a, b`` applies both in turn, ``-a`` undoes a look, ``a | b`` takes the
        first that is available.

    Raises
    ------
    UnknownSpace
        If the config has no such look; the message names the nearest.
    """
    import PyOpenColorIO as ocio

    check_looks(config, looks)
    name = config.space(space).name
    way = ocio.TRANSFORM_DIR_INVERSE if inverse else ocio.TRANSFORM_DIR_FORWARD

    def make() -> Any:
        described = ocio.LookTransform(src=name, dst=name, looks=looks)
        return config.raw.getProcessor(config.context, described, way)

    return config.read_processor(("looks", looks, name, inverse), f"{looks} in {name}", "", make)


def make_display_transform(
    config: Config, display: str, view: str, src: str, looks: str, *, inverse: bool = False
) -> Transform:
    """Make the transform to a display through a view, with these looks instead of the view's own.

    Empty ``looks`` remove the looks of the view.
    """
    import PyOpenColorIO as ocio

    check_looks(config, looks)
    config.check_view(display, view)
    source = config.space(src).name
    label = f"{display} / {view} with {looks or 'no looks'}"
    ends = (label, source) if inverse else (source, label)

    def make() -> Any:
        described = ocio.DisplayViewTransform(src=source, display=display, view=view)
        if inverse:
            described.setDirection(ocio.TRANSFORM_DIR_INVERSE)
        pipeline = ocio.LegacyViewingPipeline()
        pipeline.setDisplayViewTransform(described)
        pipeline.setLooksOverrideEnabled(True)
        pipeline.setLooksOverride(looks)
        return pipeline.getProcessor(config.raw, config.context)

    return config.read_processor(("display", display, view, source, looks, inverse), *ends, make)


def check_looks(config: Config, looks: str) -> None:
    """Check that a config has every look of a list.

    Raises
    ------
    UnknownSpace
        If one is missing; the message names the nearest looks, and a built-in config that has it.
    """
    known = list(config.raw.getLookNames())
    for part in re.split(r"[,:|]", looks):
        name = part.strip().removeprefix("+").removeprefix("-").strip()
        if not name or name in known:
            continue
        near = find_nearest(name, known)
        hint = f" Nearest: {', '.join(near)}." if near else f" It has {', '.join(known) or 'none'}."
        elsewhere = suggest_config(find_configs_with_look(name), config.path)
        raise UnknownSpace(f"{config.path} has no look {name!r}.{hint}{elsewhere}")
