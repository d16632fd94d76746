"""Windows: rectangles of pixels that say where planes lie, and which part of them is shown."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from grade.io.plane import Plane


class Window(NamedTuple):
    """A rectangle of pixels. Both corners lie inside it and y runs down, as in OpenEXR."""

    x_min: int
    y_min: int
    x_max: int
    y_max: int

    @property
    def width(self) -> int:
        """Number of columns."""
        return self.x_max - self.x_min + 1

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.y_max - self.y_min + 1

    @classmethod
    def of_size(cls, width: int, height: int) -> Window:
        """Return a window of this size at the origin."""
        return cls(0, 0, width - 1, height - 1)

    def cut(self, plane: Plane, lies: Window) -> Plane:
        """Return the part of a plane that this window covers, with zeros outside of the plane.

        Parameters
        ----------
        plane
            The pixels.
        lies
            The window that the plane fills.
        """
        whole = np.zeros((self.height, self.width), plane.dtype)
        left, top = max(lies.x_min, self.x_min), max(lies.y_min, self.y_min)
        columns = min(lies.x_max, self.x_max) - left + 1
        rows = min(lies.y_max, self.y_max) - top + 1
        if rows > 0 and columns > 0:
            target = whole[top - self.y_min :, left - self.x_min :]
            source = plane[top - lies.y_min :, left - lies.x_min :]
            target[:rows, :columns] = source[:rows, :columns]
        return whole
