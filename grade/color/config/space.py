"""A color space as a config declares it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Space:
    """Name, encoding and tags of a color space.

    Parameters
    ----------
    name
        The canonical name, also where it was asked for by an alias or a role.
    encoding
        OpenColorIO's word: ``scene-linear``, ``display-linear``, ``log``, ``sdr-video``,
        ``hdr-video``, ``edr-video``, ``data``, or empty where the config says nothing.
    is_data
        Whether the numbers are not colors but data, such as normals or masks; conversions leave
        data unchanged.
    is_display
        Whether the space is display-referred.
    interop_id
        The Color Interop ID, such as ``lin_ap1_scene``, or empty.
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
        """Whether the numbers are logarithmic, as of a camera or an exchange format."""
        return self.encoding == "log"
