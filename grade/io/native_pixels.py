"""Color as it lies in a file: a kernel reads it as it is, and planes are made only on request."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from grade.io.convert import convert_layout
from grade.io.plane import Plane
from grade.ir.storage import Layout, Storage


@dataclass(frozen=True, eq=False, slots=True)
class NativePixels:
    """The color of a frame in one interleaved or packed array.

    Attributes
    ----------
    layout
        How the three or four channels lie in it; never planar.
    picture
        (height, width, words), as a kernel takes it.
    """

    layout: Layout
    picture: Any

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        rows, columns = self.picture.shape[:2]
        return rows, columns

    def to_planes(self) -> list[Plane]:
        """Return an array per channel; 10 and 12 bits are scaled to the whole range of uint16.

        The scaling rounds to nearest, so the code values come back exactly.
        """
        code = self.layout.code
        wide: Storage = "u16" if code in ("u10", "u12") else code
        target = Layout(self.layout.channels, wide, planar=True)
        planes: list[Plane] = convert_layout(self.layout, self.picture, target)
        return planes


class NativePlanes(Mapping[str, Plane]):
    """The planes of a frame whose color is native pixels: made when the first one is asked for.

    Parameters
    ----------
    pixels
        The color.
    names
        Names of its channels.
    others
        Planes beside it, such as alpha, by name.
    """

    def __init__(
        self, pixels: NativePixels, names: Sequence[str], others: Mapping[str, Plane] | None = None
    ) -> None:
        self.pixels, self.names, self.others = pixels, tuple(names), dict(others or {})
        self._color: dict[str, Plane] | None = None
        self._lock = threading.Lock()

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.pixels, self.names, self.others)

    def __getitem__(self, name: str) -> Plane:
        if name in self.others:
            return self.others[name]
        if name not in self.names:
            raise KeyError(name)
        with self._lock:
            if self._color is None:
                self._color = dict(zip(self.names, self.pixels.to_planes(), strict=True))
        return self._color[name]

    def __iter__(self) -> Iterator[str]:
        return iter((*self.names, *self.others))

    def __len__(self) -> int:
        return len(self.names) + len(self.others)

    def __contains__(self, name: object) -> bool:
        return name in self.names or name in self.others
