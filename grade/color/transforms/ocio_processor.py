"""An OpenColorIO processor as a transform of ours.

The processor is optimised losslessly and for float, which folds matrix pairs but approximates
nothing, and then read op by op.
"""

from __future__ import annotations

from typing import Any

from grade.color.errors import UntranslatedTransform
from grade.color.transforms.ocio_translation import read_steps
from grade.color.transforms.transform import Transform


def optimize_losslessly(processor: Any) -> Any:
    """The processor after OpenColorIO's lossless optimisation for float pixels."""
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
        Of PyOpenColorIO.
    source, target
        What goes in and what comes out, for people.
    live
        Whether dynamic properties may be moved; else they count with the value they have now.

    Raises
    ------
    UntranslatedTransform
        Naming the primitive without a translation, and what asked for it.
    """
    try:
        steps = read_steps(optimize_losslessly(processor).createGroupTransform(), live)
    except UntranslatedTransform as error:
        asked = f"{source} to {target}" if source and target else source or target
        raise UntranslatedTransform(error.primitive, error.why, asked) from None
    return Transform(steps, source, target)
