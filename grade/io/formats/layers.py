"""The channels of a file that are its picture: R, G, B at the root, in a layer, or in a part."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from grade.io.errors import LayerError


@dataclass(frozen=True, slots=True)
class LayerChoice:
    """The part to read, and its color channels in the order R, G, B[, A]."""

    part: int
    color: tuple[str, ...]


class Channel(str):
    """The name of one channel, given in place of a layer; an empty name is the first channel."""

    __slots__ = ()


def refuse_layer(path: Path, layer: str | None, name: str) -> None:
    """Raise `LayerError` if a layer is asked for in a format, called `name`, that has none."""
    if layer is not None and not isinstance(layer, Channel):
        raise LayerError(f"{path}: {name} has no layers, {layer!r} was asked for")


def choose_channel(path: Path, parts: list[tuple[str, list[str]]], channel: str) -> LayerChoice:
    """Choose the part that has a channel, and this channel as a grey picture.

    Raises
    ------
    LayerError
        There is no channel of this name; the message lists those that there are.
    """
    for index, (name, channels) in enumerate(parts):
        inside = channel.removeprefix(f"{name}.") if name else channel
        for wanted in (channel or channels[0], inside):
            if wanted in channels:
                return LayerChoice(index, (wanted,) * 3)
    known = list(dict.fromkeys(name for _, channels in parts for name in channels))
    raise LayerError(f"{path}: no channel {channel!r}; its channels are {', '.join(known)}")


def choose_layer(
    path: Path, parts: list[tuple[str, list[str]]], layer: str | None = None
) -> LayerChoice:
    """Choose the color of a file.

    Parameters
    ----------
    path
        For messages.
    parts
        Name and channel names of each part, in file order.
    layer
        None takes R, G, B[, A] of the first part, or of its only layer that has them. A name is
        that of a part (its R, G, B, or its only layer) or of a layer, first part first.

    Raises
    ------
    LayerError
        Nothing fits; the message lists the layers, or else the channels.
    """
    if isinstance(layer, Channel):
        return choose_channel(path, parts, layer)
    if layer is None:
        color = _color(parts[0][1], "") or _only_layer(parts[0][1])
        if color:
            return LayerChoice(0, color)
        raise LayerError(f"{path}: no R, G, B to grade; {_listing(parts)}")
    for index, (name, channels) in enumerate(parts):
        if name == layer and (color := _color(channels, "") or _only_layer(channels)):
            return LayerChoice(index, color)
    for index, (_, channels) in enumerate(parts):
        if color := _color(channels, layer + "."):
            return LayerChoice(index, color)
    raise LayerError(f"{path}: no layer or part {layer!r} with R, G, B; {_listing(parts)}")


def _color(channels: Iterable[str], prefix: str) -> tuple[str, ...]:
    """Return R, G, B[, A] behind a prefix, in upper or lower case; empty if one is missing."""
    present = set(channels)
    for letters in ("RGBA", "rgba"):
        names = tuple(prefix + letter for letter in letters)
        if present.issuperset(names[:3]):
            return names if names[3] in present else names[:3]
    return ()


def _layers(channels: Iterable[str]) -> list[str]:
    names = list(channels)
    prefixes = dict.fromkeys(name.rpartition(".")[0] for name in names if "." in name)
    return [prefix for prefix in prefixes if _color(names, prefix + ".")]


def _only_layer(channels: list[str]) -> tuple[str, ...]:
    found = _layers(channels)
    return _color(channels, found[0] + ".") if len(found) == 1 else ()


def _listing(parts: list[tuple[str, list[str]]]) -> str:
    names = [name for name, channels in parts if name and _color(channels, "")]
    for _, channels in parts:
        names += [layer for layer in _layers(channels) if layer not in names]
    if names:
        return "choose by layer=, there are " + ", ".join(names)
    every = dict.fromkeys(channel for _, channels in parts for channel in channels)
    return "its channels are " + ", ".join(every)
