"""Orientation of pictures: pixels are turned on reading, so that what is written stands upright.

Exif, TIFF and the chunk eXIf of PNG number eight orientations; containers of HEIF and movies have
transforms of their own, which come to the same eight.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from grade.io.frame import Frame
from grade.io.native_pixels import NativePixels, NativePlanes
from grade.io.plane import Plane
from grade.io.window import Window

UPRIGHT = 1
# What each asks for: rows and columns exchanged first, then rows reversed, then columns. Source:
# TIFF 6.0, tag 274.
_STEPS = {
    1: (False, False, False), 2: (False, False, True), 3: (False, True, True),
    4: (False, True, False), 5: (True, False, False), 6: (True, False, True),
    7: (True, True, True), 8: (True, True, False),
}  # fmt: skip
WORDS = {
    2: "mirrored from left to right", 3: "turned by 180 degrees", 4: "mirrored from top to bottom",
    5: "turned by 90 degrees clockwise and mirrored from left to right",
    6: "turned by 90 degrees clockwise",
    7: "turned by 90 degrees counter-clockwise and mirrored from left to right",
    8: "turned by 90 degrees counter-clockwise",
}  # fmt: skip
_ACROSS, _DOWN = "XResolution", "YResolution"


def combine(first: int, second: int) -> int:
    """Return the orientation that is one after the other.

    >>> combine(6, 6), combine(6, 8), combine(6, 2)
    (3, 1, 5)
    """
    corner = turn_plane(turn_plane(_CORNERS, first), second)
    return next(n for n in _STEPS if np.array_equal(turn_plane(_CORNERS, n), corner))


def is_quarter_turn(orientation: int) -> bool:
    """Whether width and height change places."""
    return _STEPS[orientation][0]


def note_of(orientation: int) -> str:
    """Return the sentence that says what was done.

    >>> note_of(6)
    'its orientation is 6: turned by 90 degrees clockwise'
    """
    return f"its orientation is {orientation}: {WORDS[orientation]}"


def turn_plane(plane: Plane, orientation: int) -> Plane:
    """Return an array (rows, columns, ...) as it is to be shown.

    >>> turn_plane(np.array([[1, 2], [3, 4]]), 6).tolist()
    [[3, 1], [4, 2]]
    """
    transposed, down, across = _STEPS[orientation]
    turned = np.swapaxes(plane, 0, 1) if transposed else plane
    return np.ascontiguousarray(turned[:: -1 if down else 1, :: -1 if across else 1])


def turn(frame: Frame, orientation: int) -> Frame:
    """Return a frame as it is to be shown: planes, windows and pixel aspect.

    `Frame.applied` then says which orientation it was. An orientation that there is not, such as 0
    or 9, is taken as upright, as every viewer takes it.

    Parameters
    ----------
    frame
        As it is stored.
    orientation
        1 to 8, as Exif numbers them.
    """
    if orientation not in _STEPS or orientation == UPRIGHT:
        return frame
    data = _turn_window(frame.data_window, frame.display_window, orientation)
    display = _turn_window(frame.display_window, frame.display_window, orientation)
    quarter = is_quarter_turn(orientation)
    attributes = dict(frame.attributes)
    if quarter and _ACROSS in attributes and _DOWN in attributes:
        attributes[_ACROSS], attributes[_DOWN] = attributes[_DOWN], attributes[_ACROSS]
    native = frame.native
    if native is not None and native.layout.packing is None:
        names = frame.color[: native.layout.channels]
        pixels = NativePixels(native.layout, turn_plane(native.picture, orientation))
        rest = {n: turn_plane(frame.planes[n], orientation) for n in frame.planes if n not in names}
        planes: dict[str, Plane] | NativePlanes = NativePlanes(pixels, names, rest)
    else:
        planes = {n: turn_plane(plane, orientation) for n, plane in frame.planes.items()}
    return replace(
        frame,
        planes=planes,
        data_window=data,
        display_window=display,
        pixel_aspect=1 / frame.pixel_aspect if quarter else frame.pixel_aspect,
        attributes=attributes,
        applied={**frame.applied, "orientation": orientation},
        notes=(*frame.notes, note_of(orientation)),
    )


def _turn_window(window: Window, display: Window, orientation: int) -> Window:
    """Return where a window lies once the display window is turned about its own corner."""
    transposed, down, across = _STEPS[orientation]
    left, top = window.x_min - display.x_min, window.y_min - display.y_min
    width, height = window.width, window.height
    whole = display.width, display.height
    if transposed:
        left, top, width, height, whole = top, left, height, width, whole[::-1]
    if across:
        left = whole[0] - left - width
    if down:
        top = whole[1] - top - height
    left, top = left + display.x_min, top + display.y_min
    return Window(left, top, left + width - 1, top + height - 1)


_CORNERS = np.array([[1, 2], [3, 4]])
