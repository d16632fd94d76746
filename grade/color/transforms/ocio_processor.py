"""Reading of an OpenColorIO processor into a transform of ours.

The processor is first optimized losslessly for float, which folds pairs of matrices but
approximates nothing. Then it is read op by op.
"""

from __future__ import annotations

from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.transforms.ocio_translation import read_steps
from grade.color.transforms.transform import Transform


def make_raw_config() -> Any:
    """Make a ``PyOpenColorIO.Config`` without spaces, whose processor cache is off."""
    import PyOpenColorIO as ocio

    config = ocio.Config.CreateRaw()
    config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
    return config


def optimize_losslessly(processor: Any) -> Any:
    """Apply OpenColorIO's lossless optimization for float pixels to a processor."""
    import PyOpenColorIO as ocio

    return processor.getOptimizedProcessor(
        ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS
    )


def from_processor(
    processor: Any, source: str = "", target: str = "", live: bool = False
) -> Transform:
    """Read a processor op by op.

    Parameters
    ----------
    processor
        A ``PyOpenColorIO.Processor``.
    source, target
        Names of the input and the output, for messages.
    live
        Whether dynamic properties stay adjustable; else their present values become constants.

    Raises
    ------
    UntranslatedTransform
        If a primitive has no translation; the message names it and the conversion.
    """
    try:
        steps = read_steps(optimize_losslessly(processor).createGroupTransform(), live)
    except UntranslatedTransform as error:
        asked = f"{source} to {target}" if source and target else source or target
        raise UntranslatedTransform(error.primitive, error.why, asked) from None
    return Transform(steps, source, target)
