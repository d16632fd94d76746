"""The way from an encoding that a file states by numbers to a space of a config."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grade.color.errors import ConfigError
from grade.color.tags.curves import Curve, Gamma, Parametric, Sampled
from grade.color.tags.encoding import RGBEncoding
from grade.color.transforms.transform import Transform
from grade.science.adaptation import adapt_white
from grade.science.matrices import invert, multiply
from grade.science.primaries import AP0
from grade.science.white_points import ACES_WHITE, D65

if TYPE_CHECKING:
    from grade.color.config.config import Config

HUB = "aces_interchange"  # the role of ACES2065-1
_SAMPLES = 4096
_PROBES = ((0.2, 0.5, 0.8), (0.9, 0.3, 0.1), (0.05, 0.6, 0.3), (0.75, 0.75, 0.75))
_NEAR = 4e-3


def make_encoded_transform(config: Config, encoding: RGBEncoding, space: str) -> Transform:
    """Make the transform from the code values of an encoding to a space.

    Curve, primaries, the adaptation of Bradford to the white of ACES, then OpenColorIO's way from
    ACES2065-1.

    Raises
    ------
    ConfigError
        The config has no role ``aces_interchange``.
    """
    import PyOpenColorIO as ocio

    target = config.space(space).name

    def make() -> Any:
        described = _describe(config, encoding, target)
        return config.raw.getProcessor(config.context, described, ocio.TRANSFORM_DIR_FORWARD)

    return config.read_processor(("encoded", encoding, target), encoding.name, target, make)


def means_the_same(config: Config, encoding: RGBEncoding, space: str) -> bool | None:
    """Whether a space of the config has the code values of an encoding; None if nobody can tell."""
    if not config.raw.hasRole(HUB) or config.space(space).is_data:
        return None
    hub = config.space(HUB).name
    given, known = make_encoded_transform(config, encoding, hub), config.convert(space, hub)
    return all(
        abs(float(a) - float(b)) <= _NEAR * max(1.0, abs(float(b)))
        for probe in _PROBES
        for a, b in zip(given(list(probe)), known(list(probe)), strict=True)
    )


def _describe(config: Config, encoding: RGBEncoding, target: str) -> Any:
    import PyOpenColorIO as ocio

    if not config.raw.hasRole(HUB):
        raise ConfigError(
            f"{config.path}: has no role {HUB}, so {encoding} cannot be converted; say which space"
            " it is, as in --input SPACE"
        )
    hub = config.space(HUB).name
    adapted = multiply(adapt_white("Bradford", D65, ACES_WHITE), encoding.to_xyz)
    a, b, c, d, e, f, g, h, i = multiply(invert(AP0.to_xyz), adapted)
    matrix = [a, b, c, 0.0, d, e, f, 0.0, g, h, i, 0.0, 0.0, 0.0, 0.0, 1.0]
    return ocio.GroupTransform(
        [
            _describe_curves(encoding.curves),
            ocio.MatrixTransform(matrix=matrix),
            ocio.ColorSpaceTransform(src=hub, dst=target),
        ]
    )


def _describe_curves(curves: tuple[Curve, Curve, Curve]) -> Any:
    """Return three curves as one transform: a formula of OpenColorIO, or else a table."""
    import PyOpenColorIO as ocio

    if all(isinstance(curve, Gamma) for curve in curves):
        exponents = [curve.exponent for curve in curves if isinstance(curve, Gamma)]
        return ocio.ExponentTransform([*exponents, 1.0], ocio.NEGATIVE_MIRROR)
    offsets = [curve.offset for curve in curves if isinstance(curve, Parametric)]
    if len(offsets) == 3 and None not in offsets:
        exponents = [curve.exponent for curve in curves if isinstance(curve, Parametric)]
        return ocio.ExponentWithLinearTransform(
            [*exponents, 1.0], [*offsets, 0.0], ocio.NEGATIVE_LINEAR
        )
    lengths = {len(curve.samples) if isinstance(curve, Sampled) else _SAMPLES for curve in curves}
    length = lengths.pop() if len(lengths) == 1 else _SAMPLES
    table = ocio.Lut1DTransform(length, False)
    for index in range(length):
        table.setValue(index, *(curve(index / (length - 1)) for curve in curves))
    return table
