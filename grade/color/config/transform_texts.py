"""Every transform that a config states, and the texts in it that may name files and variables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

_TEXTS = ("Src", "Dst", "CCCId", "Looks", "Display", "View")


class Stated(NamedTuple):
    """A transform of a config, and how it is put back into a copy of the config.

    ``replace(config, transform)`` states another transform in its place.
    """

    transform: Any
    replace: Callable[[Any, Any], None]


def list_stated(raw: Any) -> Iterator[Stated]:
    """List the transforms of spaces, view transforms, looks and named transforms."""
    import PyOpenColorIO as ocio

    every = (ocio.SEARCH_REFERENCE_SPACE_ALL, ocio.COLORSPACE_ALL)
    for name in raw.getColorSpaceNames(*every):
        ways = (ocio.COLORSPACE_DIR_TO_REFERENCE, ocio.COLORSPACE_DIR_FROM_REFERENCE)
        yield from _of(raw.getColorSpace(name), ways, "addColorSpace")
    for name in raw.getViewTransformNames():
        ways = (ocio.VIEWTRANSFORM_DIR_TO_REFERENCE, ocio.VIEWTRANSFORM_DIR_FROM_REFERENCE)
        yield from _of(raw.getViewTransform(name), ways, "addViewTransform")
    for name in raw.getNamedTransformNames(ocio.NAMEDTRANSFORM_ALL):
        ways = (ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE)
        yield from _of(raw.getNamedTransform(name), ways, "addNamedTransform")
    for name in raw.getLookNames():
        yield from _of_look(raw.getLook(name))


def _of(owner: Any, ways: tuple[Any, Any], add: str) -> Iterator[Stated]:
    for way in ways:
        transform = owner.getTransform(way)
        if transform is None:
            continue

        def replace(config: Any, new: Any, way: Any = way) -> None:
            owner.setTransform(new, way)
            getattr(config, add)(owner)

        yield Stated(transform, replace)


def _of_look(look: Any) -> Iterator[Stated]:
    for take, put in (
        (look.getTransform, look.setTransform),
        (look.getInverseTransform, look.setInverseTransform),
    ):
        transform = take()
        if transform is None:
            continue

        def replace(config: Any, new: Any, put: Any = put) -> None:
            put(new)
            config.addLook(look)

        yield Stated(transform, replace)


def list_parts(transform: Any) -> Iterator[Any]:
    """List a transform, or the transforms of a group, however deep."""
    import PyOpenColorIO as ocio

    if isinstance(transform, ocio.GroupTransform):
        for part in transform:
            yield from list_parts(part)
    else:
        yield transform


def list_texts(transform: Any) -> Iterator[str]:
    """List the texts of a transform in which variables are replaced."""
    for part in list_parts(transform):
        yield from _texts_of(part, _TEXTS)


def list_names(raw: Any) -> Iterator[str]:
    """List the texts of a config that name spaces, looks, views and corrections: no paths."""
    import PyOpenColorIO as ocio

    for stated in list_stated(raw):
        for part in list_parts(stated.transform):
            of_file = isinstance(part, ocio.FileTransform)
            yield from _texts_of(part, ("CCCId",) if of_file else _TEXTS)


def _texts_of(part: Any, fields: Iterable[str]) -> Iterator[str]:
    for field in fields:
        take = getattr(part, f"get{field}", None)
        if take is not None and isinstance(found := take(), str):
            yield found


def list_sources(raw: Any) -> tuple[str, ...]:
    """List the files that a config names, as it writes them."""
    import PyOpenColorIO as ocio

    parts = (part for stated in list_stated(raw) for part in list_parts(stated.transform))
    return tuple(
        dict.fromkeys(part.getSrc() for part in parts if isinstance(part, ocio.FileTransform))
    )
