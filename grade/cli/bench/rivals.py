"""What grade is timed against: functions that change a picture in place, as OpenColorIO's do."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from grade.ir.storage import BYTES, Storage

if TYPE_CHECKING:
    from grade.graph import Look


class Rival(Protocol):
    """Changes rows of an RGBA picture in place; ``top`` is the number of the first row."""

    def __call__(self, rows: Any, top: int = 0, /) -> None: ...


@dataclass(frozen=True)
class Setting:
    """What a rival is made for.

    Attributes
    ----------
    size
        Width and height of the whole picture.
    storage
        The type of its pixels.
    lossless
        Whether OpenColorIO may not approximate powers and logarithms, as it does by default.
    """

    size: tuple[int, int]
    storage: Storage
    lossless: bool


Peer = Callable[["Look", Setting], Rival]
"""Makes the rival that does the work of a look, with the values of the look."""


class Processor:
    """A CPU processor of OpenColorIO.

    Parameters
    ----------
    look
        The look, whose config is used if it names one.
    transform
        What the processor computes.
    setting
        The pictures it is made for.
    """

    def __init__(self, look: Look, transform: Any, setting: Setting) -> None:
        import PyOpenColorIO as ocio

        config = ocio.Config.CreateRaw()
        if look.config is not None:
            config = copy.deepcopy(look.configuration.raw)
        # Its cache takes two LUTs of equal length and range for one.
        config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
        self.bytes = BYTES[setting.storage]
        self.depth = {"f32": ocio.BIT_DEPTH_F32, "f16": ocio.BIT_DEPTH_F16}[setting.storage]
        wanted = ocio.OPTIMIZATION_LOSSLESS if setting.lossless else ocio.OPTIMIZATION_DEFAULT
        processor = config.getProcessor(transform)
        self.processor = processor.getOptimizedCPUProcessor(self.depth, self.depth, wanted)

    def __call__(self, rows: Any, top: int = 0, /) -> None:
        """Change the rows, in place."""
        import PyOpenColorIO as ocio

        height, width, channels = rows.shape
        pixel = channels * self.bytes
        description = ocio.PackedImageDesc(
            rows, width, height, channels, self.depth, self.bytes, pixel, width * pixel
        )
        self.processor.apply(description)


def processor(transform: Callable[[Look], Any]) -> Peer:
    """The peer that is one transform of OpenColorIO, made of a look by ``transform``."""

    def make(look: Look, setting: Setting) -> Rival:
        return Processor(look, transform(look), setting)

    return make
