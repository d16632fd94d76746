"""Everything that a config can be asked for: spaces, views, looks, named transforms, both ways."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from grade.color.errors import ConfigError, UntranslatedTransform
from grade.color.transforms.ocio_processor import from_processor
from grade.color.transforms.transform import Transform

if TYPE_CHECKING:
    from grade.color.config.config import Config

HUBS = ("aces_interchange", "scene_linear", "reference", "cie_xyz_d65_interchange", "default")
WAYS = ("forward", "inverse")


@dataclass(frozen=True)
class Request:
    """One processor that a config is asked for.

    Parameters
    ----------
    kind
        ``space``, ``view``, ``look`` or ``named``.
    name
        Of the space, the view (``display / view``), the look or the named transform.
    way
        ``forward``: into the space, to the display; or ``inverse``.
    make
        Makes the ``PyOpenColorIO.Processor``.
    coded
        Whether code values go in, and not light.
    """

    kind: str
    name: str
    way: str
    make: Callable[[], Any]
    coded: bool = False

    def processor(self) -> Any:
        """The processor, or :class:`ConfigError` where the config cannot make it."""
        import PyOpenColorIO as ocio

        try:
            return self.make()
        except (ocio.Exception, ocio.ExceptionMissingFile) as error:
            raise ConfigError(f"{self.name}: {' '.join(str(error).split())}") from None

    def transform(self, processor: Any) -> Transform:
        """The processor read op by op, or :class:`UntranslatedTransform`."""
        return from_processor(processor, self.name)


@dataclass(frozen=True)
class Finding:
    """What a processor needs, and whether it can be had.

    ``missing`` is a primitive without a translation, ``problem`` why the config cannot make it.
    """

    request: Request
    primitives: tuple[str, ...] = ()
    missing: str = ""
    problem: str = ""


def find_hub_space(config: Config) -> str:
    """The space that all others are related to: a role for that, or else the first space.

    Raises
    ------
    ConfigError
        If the config has no space at all.
    """
    for role in HUBS:
        space = config.raw.getColorSpace(role)
        if space is not None:
            return str(space.getName())
    if not config.spaces:
        raise ConfigError(f"{config.path} has no colour space")
    return config.spaces[0]


def list_requests(config: Config) -> Iterator[Request]:
    """Every processor of a config, spaces first, in the config's order."""
    import PyOpenColorIO as ocio

    raw, context, centre = config.raw, config.context, find_hub_space(config)
    directions = {"forward": ocio.TRANSFORM_DIR_FORWARD, "inverse": ocio.TRANSFORM_DIR_INVERSE}

    def ask(*what: Any) -> Callable[[], Any]:
        return lambda: raw.getProcessor(context, *what)

    for name in config.spaces:
        if config.space(name).is_data:
            continue
        coded = not config.space(name).is_linear
        yield Request("space", name, "forward", ask(centre, name))
        yield Request("space", name, "inverse", ask(name, centre), coded)
    for display, views in config.displays.items():
        for view in views:
            for way in WAYS:
                made = ask(centre, display, view, directions[way])
                yield Request("view", f"{display} / {view}", way, made, way == "inverse")
    for look in raw.getLookNames():
        described = ocio.LookTransform(src=centre, dst=centre, looks=look)
        for way in WAYS:
            yield Request("look", look, way, ask(described, directions[way]))
    for named in raw.getNamedTransformNames():
        for way in WAYS:
            yield Request("named", named, way, ask(named, directions[way]), coded=True)


def examine_config(config: Config) -> list[Finding]:
    """What every processor of a config needs."""
    return [examine(request) for request in list_requests(config)]


def examine(request: Request) -> Finding:
    """What one processor needs."""
    try:
        transform = request.transform(request.processor())
    except UntranslatedTransform as error:
        why = f" ({error.why})" if error.why else ""
        return Finding(request, missing=error.primitive + why)
    except ConfigError as error:
        return Finding(request, problem=str(error))
    return Finding(request, tuple(dict.fromkeys(transform.operations)))
