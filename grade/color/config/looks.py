"""The looks of a config, and displays with other looks than their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from grade.color.config.built_in_configs import list_built_in_configs, load_built_in_config
from grade.color.errors import ConfigError, UnknownSpace, find_nearest
from grade.color.transforms.transform import Transform

if TYPE_CHECKING:
    from grade.color.config.config import Config

_VARIABLE = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*([^,]*?)\s*\Z")


def make_look_transform(
    config: Config, looks: str, space: str, *, inverse: bool = False
) -> Transform:
    """The transform of looks, for a picture that is in a space and stays in it.

    Parameters
    ----------
    looks
        As in a config: ``a, b`` are applied in turn, ``-a`` is undone, ``a | b`` is the first that
        can be had.

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

    return config.read(("looks", looks, name, inverse), f"{looks} in {name}", "", make)


def make_display_transform(
    config: Config, display: str, view: str, src: str, looks: str, *, inverse: bool = False
) -> Transform:
    """The transform to a display through a view, with these looks instead of the view's own.

    ``looks`` that are empty take the view's looks away.
    """
    import PyOpenColorIO as ocio

    check_looks(config, looks)
    config.view(display, view)
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

    return config.read(("display", display, view, source, looks, inverse), *ends, make)


def check_looks(config: Config, looks: str) -> None:
    """Check that a config has every look of a list.

    Raises
    ------
    UnknownSpace
        With the nearest, and the built-in configs that have it.
    """
    known = list(config.raw.getLookNames())
    for part in re.split(r"[,:|]", looks):
        name = part.strip().removeprefix("+").removeprefix("-").strip()
        if not name or name in known:
            continue
        near = find_nearest(name, known)
        hint = f" Nearest: {', '.join(near)}." if near else f" It has {', '.join(known) or 'none'}."
        others = [
            b
            for b in list_built_in_configs()
            if b != config.path and load_built_in_config(b).getLook(name)
        ]
        there = f" There is one in {others[0]}: config= or $OCIO selects it." if others else ""
        raise UnknownSpace(f"{config.path} has no look {name!r}.{hint}{there}")


def variables(text: str | Mapping[str, str] | None) -> tuple[tuple[str, str], ...]:
    """Context variables, sorted, from a mapping or a text such as ``SHOT=sh010, SEQ=night``.

    Raises
    ------
    ConfigError
        If the text is of another form.
    """
    if text is None:
        return ()
    if not isinstance(text, str):
        return tuple(sorted((str(name), str(value)) for name, value in text.items()))
    found = {}
    for part in text.split(",") if text.strip() else []:
        match = _VARIABLE.match(part)
        if match is None:
            raise ConfigError(f"context = {text!r}: takes NAME=VALUE, NAME=VALUE")
        found[match[1]] = match[2]
    return tuple(sorted(found.items()))
