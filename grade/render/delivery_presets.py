"""Which delivery preset each output has, and whether the output is what its preset asks for."""

from __future__ import annotations

from collections.abc import Mapping

from grade.io import Frame
from grade.io.presets.catalog import find_preset
from grade.io.presets.preset import Preset
from grade.render.frame.destination import Destination
from grade.render.request import Request


def preset_for(request: Request, destination: Destination) -> Preset | None:
    """The preset that was asked for by name: the output's own, else the one for all outputs."""
    name = destination.preset or request.preset
    return None if name is None else find_preset(name, request.preset_folder)


def check_presets(
    request: Request, destinations: Mapping[str, Destination], sample: Frame
) -> list[str]:
    """Check the outputs against their presets; return what could not be checked, as sentences.

    Raises
    ------
    PresetError
        An output is not what its preset asks for, or the preset for all outputs fits none.
    """
    unchecked = []
    misfits: list[Destination] = []  # the preset for all outputs does not fit these
    for destination in destinations.values():
        named = preset_for(request, destination)
        if named is None:
            continue
        if destination.preset is None and destination.suffix not in named.suffixes:
            misfits.append(destination)
            continue
        size = written_size(sample, destination.scale)
        unchecked += named.check(destination.pattern.path(0), destination.tags, size)
    if misfits and len(misfits) == len([d for d in destinations.values() if d.preset is None]):
        named = preset_for(request, misfits[0])
        assert named is not None
        named.check(misfits[0].pattern.path(0), misfits[0].tags)
    return unchecked


def written_size(frame: Frame, scale: int) -> tuple[int, int]:
    """Width and height of the display window at a scale."""
    box = frame.display_window
    return box.width // scale, box.height // scale
