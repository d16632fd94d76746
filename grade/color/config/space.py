"""A colour space as a config declares it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Space:
    """Name, encoding and tags of a colour space.

    Parameters
    ----------
    name
        The canonical name, whatever alias or role was asked for.
    encoding
        OpenColorIO's word: ``scene-linear``, ``display-linear``, ``log``, ``sdr-video``,
        ``hdr-video``, ``edr-video``, ``data``, or empty where the config says nothing.
    is_data
        Whether the numbers are no colours (normals, masks): conversions leave them as they are.
    is_display
        Whether the space is display-referred.
    interop_id
        The Color Interop Forum's name, such as ``lin_ap1_scene``, or empty.
    """

    name: str
    encoding: str
    is_data: bool
    is_display: bool
    interop_id: str

    @property
    def is_linear(self) -> bool:
        """Whether the numbers are proportional to light."""
        return self.encoding in ("scene-linear", "display-linear")

    @property
    def is_log(self) -> bool:
        """Whether the numbers are a camera's or an exchange logarithm."""
        return self.encoding == "log"
