"""The same work for OpenColorIO, with the values of the look; each the cheapest way it has."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

from grade.ir.storage import BYTES, Storage

if TYPE_CHECKING:
    from grade.graph import Look


def cdl(look: Look) -> Any:
    """A CDLTransform, of the ASC style if the node clamps."""
    import PyOpenColorIO as ocio

    trim = look["trim"].values
    transform = ocio.CDLTransform()
    transform.setSlope(trim["slope"])
    transform.setOffset(trim["offset"])
    transform.setPower(trim["power"])
    transform.setSat(trim["saturation"])
    transform.setStyle(ocio.CDL_ASC if trim["clamp"] else ocio.CDL_NO_CLAMP)
    return transform


def primary(look: Look) -> Any:
    """One group: its optimiser joins what it can.

    Exposure is a matrix between two color spaces, saturation a CDL with nothing else: OpenColorIO
    folds both into the matrices beside them, which its own ExposureContrast would not be.
    """
    import PyOpenColorIO as ocio

    group = ocio.GroupTransform()
    light = "ACEScg"
    gain = 2.0 ** look["open"].values["stops"]
    group.appendTransform(ocio.ColorSpaceTransform(look.input, light))
    group.appendTransform(ocio.MatrixTransform([gain * (i % 5 == 0) for i in range(15)] + [1.0]))
    group.appendTransform(ocio.ColorSpaceTransform(light, look.working))
    if any(node.name == "trim" for node in look.nodes()):
        group.appendTransform(cdl(look))

    wheels = look["wheels"].values
    video = ocio.GradingPrimary(ocio.GRADING_VIDEO)
    video.lift = ocio.GradingRGBM(*wheels["lift"], 0.0)
    video.gamma = ocio.GradingRGBM(*wheels["gamma"], 1.0)
    video.gain = ocio.GradingRGBM(*wheels["gain"], 1.0)
    group.appendTransform(ocio.GradingPrimaryTransform(video, ocio.GRADING_VIDEO, False))

    pivot = look["pivot"].values
    log = ocio.GradingPrimary(ocio.GRADING_LOG)
    log.contrast = ocio.GradingRGBM(1.0, 1.0, 1.0, pivot["contrast"])
    log.pivot = 2.0 * _acescct(pivot["pivot"]) - 1.0
    group.appendTransform(ocio.GradingPrimaryTransform(log, ocio.GRADING_LOG, False))

    curves = ocio.GradingRGBCurve(ocio.GRADING_LOG)
    for name in ("red", "blue", "master"):
        points = [float(number) for point in look["curves"].values[name] for number in point]
        setattr(curves, name, ocio.GradingBSplineCurve(points))
    group.appendTransform(ocio.GradingRGBCurveTransform(curves, ocio.GRADING_LOG))

    color = ocio.CDLTransform()
    color.setSat(look["color"].values["saturation"])
    color.setStyle(ocio.CDL_NO_CLAMP)
    group.appendTransform(color)
    group.appendTransform(_view(look))
    return group


def _view(look: Look) -> Any:
    import PyOpenColorIO as ocio

    end = look.output.op
    assert end is not None
    return ocio.DisplayViewTransform(look.working, end.values["display"], end.values["view"])


def aces1(look: Look) -> Any:
    """The CDL and the cube between a camera's space and an ACES 1 view."""
    import PyOpenColorIO as ocio

    group = ocio.GroupTransform()
    group.appendTransform(ocio.ColorSpaceTransform(look.input, look.working))
    group.appendTransform(cdl(look))
    group.appendTransform(lut(look))
    group.appendTransform(_view(look))
    return group


def _acescct(light: float) -> float:
    from grade.op.working import acescct

    return float(acescct(light))


def lut(look: Look) -> Any:
    """A Lut3DTransform with tetrahedral interpolation, which is not its default."""
    import PyOpenColorIO as ocio

    table = look["cube"].values["table"].data
    transform = ocio.Lut3DTransform(gridSize=table.shape[0])
    transform.setData(table[..., :3].reshape(-1))
    transform.setInterpolation(ocio.INTERP_TETRAHEDRAL)
    return transform


class Peer:
    """A CPU processor of OpenColorIO for RGBA pictures of one storage type.

    Parameters
    ----------
    look
        Whose config is used, if it names one.
    lossless
        Whether it may approximate powers and logarithms, as it does by default.
    """

    def __init__(self, look: Look, transform: Any, storage: Storage, lossless: bool) -> None:
        import PyOpenColorIO as ocio

        config = ocio.Config.CreateRaw()
        if look.config is not None:
            config = copy.deepcopy(look.configuration.raw)
        # Its cache takes two LUTs of equal length and range for one.
        config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
        self.storage = storage
        self.depth = {"f32": ocio.BIT_DEPTH_F32, "f16": ocio.BIT_DEPTH_F16}[storage]
        wanted = ocio.OPTIMIZATION_LOSSLESS if lossless else ocio.OPTIMIZATION_DEFAULT
        processor = config.getProcessor(transform)
        self.processor = processor.getOptimizedCPUProcessor(self.depth, self.depth, wanted)

    def __call__(self, picture: Any) -> None:
        """Change the picture, in place."""
        import PyOpenColorIO as ocio

        height, width, channels = picture.shape
        size = BYTES[self.storage]
        pixel = channels * size
        description = ocio.PackedImageDesc(
            picture, width, height, channels, self.depth, size, pixel, width * pixel
        )
        self.processor.apply(description)
