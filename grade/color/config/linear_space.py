"""The linear space that belongs to an encoded one: same primaries, same white."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from grade.color.config.space import Space
from grade.color.errors import NoLinearSpace
from grade.color.transforms.ocio_processor import optimize_losslessly

if TYPE_CHECKING:
    from grade.color.config.config import Config

# The crosstalk between channels from which on two spaces count as having different primaries: above
# the residue of a matrix times its rounded inverse, below the difference of any two gamuts.
MOST_CROSSTALK = 2e-5


def find_linear_space(config: Config, space: Space) -> str:
    """Find the scene-linear space that differs from a space by curves per channel only.

    A linear space is its own linear space.

    Raises
    ------
    NoLinearSpace
        If the config has none, or the space holds data.
    """
    if space.is_linear:
        return space.name
    if space.is_data:
        raise NoLinearSpace(f"{space.name} holds data, not color: it has no linear counterpart")
    names: list[str] = [c.getName() for c in config.raw.getColorSpaces() if _is_scene_linear(c)]
    processors = {name: _processor(config, space.name, name) for name in names}
    for name, processor in processors.items():
        if processor is not None and not optimize_losslessly(processor).hasChannelCrosstalk():
            return name
    for name, processor in processors.items():
        if processor is not None and _measure_crosstalk(processor) < MOST_CROSSTALK:
            return name
    raise NoLinearSpace(
        f"{space.name} has no linear space of the same primaries in {config.path}: choose another"
        " working space such as ACEScct, or give the node space= with a scene-linear space"
        f" (there is {', '.join(names[:4])})"
    )


def _is_scene_linear(space: Any) -> bool:
    return bool(space.getEncoding() == "scene-linear") and not space.isData()


def _processor(config: Config, source: str, target: str) -> Any:
    import PyOpenColorIO as ocio

    try:
        return config.raw.getProcessor(config.context, source, target)
    except (ocio.Exception, ocio.ExceptionMissingFile):
        return None  # a LUT of the other space is missing, so it is no candidate


def _measure_crosstalk(processor: Any) -> float:
    """Measure how much a change of one channel changes the others, relative to the values.

    Only numbers tell: a range between two matrices hides that they cancel, as in ACEScc -> ACEScg.
    """
    import PyOpenColorIO as ocio

    cpu = processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS)
    worst = 0.0
    for low, high in ((0.3, 0.45), (0.4, 0.5), (0.5, 0.6)):
        before = cpu.applyRGB([low, low, low])
        for channel in range(3):
            probe = [low, low, low]
            probe[channel] = high
            after = cpu.applyRGB(probe)
            for other in {0, 1, 2} - {channel}:
                size = abs(after[channel]) + abs(before[other])
                worst = max(worst, abs(after[other] - before[other]) / size)
    return worst
