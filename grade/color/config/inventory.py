"""All transforms that a config offers, and which OpenColorIO primitives each of them needs.

They are its spaces, views, looks and named transforms, each in both directions.
"""

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
    """One transform that a config offers.

    Parameters
    ----------
    kind
        ``space``, ``view``, ``look`` or ``named``.
    name
        The name of the space, view (``display / view``), look or named transform.
    way
        ``forward``, which is into the space or to the display, or ``inverse``.
    make
        A function that makes the ``PyOpenColorIO.Processor``.
    explain
        A function that gives the message for an error of OpenColorIO.
    coded
        Whether the input is code values rather than light.
    """

    kind: str
    name: str
    way: str
    make: Callable[[], Any]
    explain: Callable[[Exception], str]
    coded: bool = False

    def processor(self) -> Any:
        """Make the processor; :class:`ConfigError` where the config cannot."""
        import PyOpenColorIO as ocio

        try:
            return self.make()
        except (ocio.Exception, ocio.ExceptionMissingFile) as error:
            raise ConfigError(f"{self.name}: {self.explain(error)}") from None

    def transform(self, processor: Any) -> Transform:
        """Read the processor op by op; :class:`UntranslatedTransform` where that fails."""
        return from_processor(processor, self.name)


@dataclass(frozen=True)
class Finding:
    """The primitives that a transform needs, or why it is not available.

    ``missing`` is a primitive without a translation; ``problem`` says why the config itself cannot
    make the processor.
    """

    request: Request
    primitives: tuple[str, ...] = ()
    missing: str = ""
    problem: str = ""


def find_hub_space(config: Config) -> str:
    """Find the space that all others are converted from and to.

    It is that of the first role in ``HUBS`` that the config has, else the first space.

    Raises
    ------
    ConfigError
        If the config has no space.
    """
    for role in HUBS:
        space = config.raw.getColorSpace(role)
        if space is not None:
            return str(space.getName())
    if not config.spaces:
        raise ConfigError(f"{config.path} has no color space")
    return config.spaces[0]


def list_requests(config: Config) -> Iterator[Request]:
    """List every transform of a config, spaces first, in the config's order."""
    import PyOpenColorIO as ocio

    raw, context, center = config.raw, config.context, find_hub_space(config)
    explain = config.explain
    directions = {"forward": ocio.TRANSFORM_DIR_FORWARD, "inverse": ocio.TRANSFORM_DIR_INVERSE}

    def ask(*what: Any) -> Callable[[], Any]:
        return lambda: raw.getProcessor(context, *what)

    for name in config.spaces:
        if config.space(name).is_data:
            continue
        coded = not config.space(name).is_linear
        yield Request("space", name, "forward", ask(center, name), explain)
        yield Request("space", name, "inverse", ask(name, center), explain, coded)
    for display, views in config.displays.items():
        for view in views:
            for way in WAYS:
                made = ask(center, display, view, directions[way])
                yield Request("view", f"{display} / {view}", way, made, explain, way == "inverse")
    for look in raw.getLookNames():
        described = ocio.LookTransform(src=center, dst=center, looks=look)
        for way in WAYS:
            yield Request("look", look, way, ask(described, directions[way]), explain)
    for named in raw.getNamedTransformNames():
        for way in WAYS:
            yield Request("named", named, way, ask(named, directions[way]), explain, True)


def examine_config(config: Config) -> list[Finding]:
    """Examine every transform of a config."""
    return [examine(request) for request in list_requests(config)]


def examine(request: Request) -> Finding:
    """Find the primitives that one transform needs."""
    try:
        transform = request.transform(request.processor())
    except UntranslatedTransform as error:
        why = f" ({error.why})" if error.why else ""
        return Finding(request, missing=error.primitive + why)
    except ConfigError as error:
        return Finding(request, problem=str(error))
    return Finding(request, tuple(dict.fromkeys(transform.operations)))
