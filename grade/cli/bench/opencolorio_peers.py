"""The work of each look as transforms of OpenColorIO, with the values of the look.

Each transform is the cheapest that OpenColorIO has for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grade.graph import Look

LIGHT = "ACEScg"


def cdl(look: Look, node: str = "trim") -> Any:
    """A CDLTransform, of the ASC style if the node clamps."""
    import PyOpenColorIO as ocio

    trim = look[node].values
    transform = ocio.CDLTransform()
    transform.setSlope(trim["slope"])
    transform.setOffset(trim["offset"])
    transform.setPower(trim["power"])
    transform.setSat(trim["saturation"])
    transform.setStyle(ocio.CDL_ASC if trim["clamp"] else ocio.CDL_NO_CLAMP)
    return transform


def primary(look: Look) -> Any:
    """One group, in which OpenColorIO's optimizer joins what it can.

    Exposure is a matrix between two color spaces, and saturation a CDL with nothing else:
    OpenColorIO folds both into the matrices beside them, and its ExposureContrast it does not.
    """
    import PyOpenColorIO as ocio

    group = ocio.GroupTransform()
    gain = gain_of(look, "open")
    group.appendTransform(ocio.ColorSpaceTransform(look.assumed_input, LIGHT))
    group.appendTransform(ocio.MatrixTransform([gain * (i % 5 == 0) for i in range(15)] + [1.0]))
    group.appendTransform(ocio.ColorSpaceTransform(LIGHT, look.working))
    if any(node.name == "trim" for node in look.nodes()):
        group.appendTransform(cdl(look))

    for part in (wheels, contrast, curves):
        group.appendTransform(part(look))
    color = ocio.CDLTransform()
    color.setSat(look["color"].values["saturation"])
    color.setStyle(ocio.CDL_NO_CLAMP)
    group.appendTransform(color)
    group.appendTransform(view(look))
    return group


def gain_of(look: Look, node: str) -> float:
    """The factor of an exposure."""
    return float(2.0 ** look[node].values["stops"])


def wheels(look: Look) -> Any:
    """The wheels as a GradingPrimary of style video."""
    import PyOpenColorIO as ocio

    given = look["wheels"].values
    video = ocio.GradingPrimary(ocio.GRADING_VIDEO)
    video.lift = ocio.GradingRGBM(*given["lift"], 0.0)
    video.gamma = ocio.GradingRGBM(*given["gamma"], 1.0)
    video.gain = ocio.GradingRGBM(*given["gain"], 1.0)
    return ocio.GradingPrimaryTransform(video, ocio.GRADING_VIDEO, False)


def contrast(look: Look) -> Any:
    """The contrast as a GradingPrimary of style log."""
    import PyOpenColorIO as ocio

    given = look["pivot"].values
    log = ocio.GradingPrimary(ocio.GRADING_LOG)
    log.contrast = ocio.GradingRGBM(1.0, 1.0, 1.0, given["contrast"])
    log.pivot = 2.0 * _acescct(given["pivot"]) - 1.0
    return ocio.GradingPrimaryTransform(log, ocio.GRADING_LOG, False)


def tones(look: Look) -> Any:
    """The tones as a GradingTone of style log, with the zones of that style."""
    import PyOpenColorIO as ocio

    given = look["tones"].values
    tone = ocio.GradingTone(ocio.GRADING_LOG)
    for name in ("blacks", "shadows", "midtones", "highlights", "whites"):
        zone = getattr(tone, name)
        zone.red, zone.green, zone.blue = given[name]
        zone.master = given[f"{name}_master"]
        setattr(tone, name, zone)
    tone.scontrast = given["s_contrast"]
    transform = ocio.GradingToneTransform(ocio.GRADING_LOG)
    transform.setValue(tone)
    return transform


def curves(look: Look) -> Any:
    """The curves as a GradingRGBCurve of style log."""
    import PyOpenColorIO as ocio

    given = ocio.GradingRGBCurve(ocio.GRADING_LOG)
    for name in ("red", "blue", "master"):
        points = [float(number) for point in look["curves"].values[name] for number in point]
        setattr(given, name, ocio.GradingBSplineCurve(points))
    return ocio.GradingRGBCurveTransform(given, ocio.GRADING_LOG)


def view(look: Look) -> Any:
    """The display and view that the look ends in."""
    import PyOpenColorIO as ocio

    end = look.output.op
    assert end is not None
    return ocio.DisplayViewTransform(look.working, end.values["display"], end.values["view"])


def aces1(look: Look) -> Any:
    """A CDL and a cube between the space of a camera and an ACES 1 view."""
    import PyOpenColorIO as ocio

    group = ocio.GroupTransform()
    group.appendTransform(ocio.ColorSpaceTransform(look.assumed_input, look.working))
    group.appendTransform(cdl(look))
    group.appendTransform(lut(look))
    group.appendTransform(view(look))
    return group


def _acescct(light: float) -> float:
    from grade.op.working_space import acescct

    return float(acescct(light))


def lut(look: Look) -> Any:
    """The cube as a Lut3DTransform, tetrahedral, which is not its default."""
    import PyOpenColorIO as ocio

    table = look["cube"].values["table"].data
    transform = ocio.Lut3DTransform(gridSize=table.shape[0])
    transform.setData(table[..., :3].reshape(-1))
    transform.setInterpolation(ocio.INTERP_TETRAHEDRAL)
    return transform
