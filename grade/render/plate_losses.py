"""What the outputs of a job do not keep of its plate, as sentences for the log."""

from __future__ import annotations

from collections.abc import Mapping

from grade.io import Frame
from grade.io.formats import smpte_timecode
from grade.render.frame.destination import Destination


def list_losses(sample: Frame, destinations: Mapping[str, Destination]) -> list[str]:
    """Return what is lost, by name.

    Parameters
    ----------
    sample
        A frame of the plate.
    destinations
        The outputs.
    """
    paths = [destination.pattern.path(0) for destination in destinations.values()]
    notes = (smpte_timecode.field_note(sample, path) for path in paths)
    return [note for note in notes if note is not None]
