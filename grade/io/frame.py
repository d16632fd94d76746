"""A frame: one picture in memory, with its planes and everything else that its file says."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grade.io import convert
from grade.io.errors import FrameError
from grade.io.native_pixels import NativePixels, NativePlanes
from grade.io.plane import Plane
from grade.io.window import Window

Alpha = Literal["premultiplied", "straight", "none"]

# Header entries that say which color the numbers mean. They stand in `Frame.tags` and nowhere else,
# so that replacing the tags leaves no stale claim behind.
COLOR_TAGS = (
    "colorInteropID",
    "chromaticities",
    "adoptedNeutral",
    "whiteLuminance",
    "oiio:ColorSpace",
    "dpx:transfer",
    "dpx:colorimetric",
)


@dataclass(frozen=True, eq=False, kw_only=True)
class Frame:
    """A picture.

    Attributes
    ----------
    planes
        Channel name to (height, width) array, contiguous, in the file's own type: float16,
        float32, uint32, uint16 or uint8, mixed as in the file. Code values of 10 and 12 bits are
        scaled to all of uint16; `native` has them as they lie in the file.
    color
        Names of the three or four planes that a grade touches, in the order R, G, B[, A].
    alpha
        Relation of color to A: "premultiplied" or "straight", or "none" without A.
    data_window, display_window
        Where the planes lie, and which part of the picture is shown.
    pixel_aspect
        Width of a pixel over its height.
    attributes
        Every other header entry, as the format gave it. They are written back.
    tags
        The entries in `COLOR_TAGS` that the file has: which color the numbers mean.
    timecode
        ``hh:mm:ss:ff`` (``;`` before the frames if drop-frame), or None.
    compression
        Name as in the file; None if the format has no choice.
    frame, path
        Number in its sequence, and the file that it was read from.
    carried
        What the format writes back and nobody else reads, such as other parts of an EXR.
    notes
        Sentences on what the reader did with the file beyond reading it, such as an entry of the
        header that it left out. A job says each of them once.
    """

    planes: Mapping[str, Plane]
    color: tuple[str, ...]
    alpha: Alpha
    data_window: Window
    display_window: Window
    pixel_aspect: float = 1.0
    attributes: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, Any] = field(default_factory=dict)
    timecode: str | None = None
    compression: str | None = None
    frame: int | None = None
    path: Path | None = None
    carried: Any = None
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        shape = (self.data_window.height, self.data_window.width)
        native = self.planes if isinstance(self.planes, NativePlanes) else None
        if native is not None and native.pixels.shape != shape:
            raise FrameError(f"the color is {native.pixels.shape}, the data window {shape}")
        for name, plane in (self.planes if native is None else native.others).items():
            if plane.shape != shape:
                raise FrameError(
                    f"plane {name} is {plane.shape}, the data window {shape} (rows, columns); "
                    "give with_pixels its data_window, or drop other planes by only_color()"
                )
        absent = [name for name in self.color if name not in self.planes]
        if absent or len(self.color) not in (3, 4):
            raise FrameError(f"color {self.color} names no 3 or 4 of the planes {[*self.planes]}")
        if (self.alpha == "none") != (len(self.color) == 3):
            raise FrameError(f"alpha {self.alpha!r} does not fit the color planes {self.color}")

    @classmethod
    def from_pixels(cls, pixels: Plane, *, alpha: Alpha | None = None, **entries: Any) -> Frame:
        """Make a frame from an (H, W, 3) or (H, W, 4) array.

        Parameters
        ----------
        pixels
            float16, float32, float64, uint8 or uint16; the type is kept.
        alpha
            Default: "premultiplied" for four channels, "none" for three.
        **entries
            Any other attribute of the class; windows default to the size of `pixels`.
        """
        channels = _count_channels(pixels)
        window = Window.of_size(pixels.shape[1], pixels.shape[0])
        names = ("R", "G", "B", "A")[:channels]
        return cls(
            planes=_split(pixels, names),
            color=names,
            alpha=alpha or ("premultiplied" if channels == 4 else "none"),
            data_window=entries.pop("data_window", window),
            display_window=entries.pop("display_window", window),
            **entries,
        )

    @property
    def pixels(self) -> Plane:
        """The color planes as a new (height, width, 3 or 4) array; mixed types are promoted."""
        return np.stack([self.planes[name] for name in self.color], axis=-1)

    @property
    def native(self) -> NativePixels | None:
        """The color as it lies in the file, where that is not as planes; for a kernel."""
        return self.planes.pixels if isinstance(self.planes, NativePlanes) else None

    def with_native(self, pixels: NativePixels) -> Frame:
        """Return a frame with this color; planes are made of it only on request."""
        names = self.color[: pixels.layout.channels]
        rest = {name: self.planes[name] for name in self.planes if name not in names}
        return replace(
            self,
            planes=NativePlanes(pixels, names, rest),
            attributes={n: v for n, v in self.attributes.items() if n != "preview"},
        )

    @property
    def has_alpha(self) -> bool:
        """Whether there is an alpha plane."""
        return self.alpha != "none"

    def with_pixels(
        self,
        pixels: Plane,
        *,
        data_window: Window | None = None,
        display_window: Window | None = None,
    ) -> Frame:
        """Return a frame with other color.

        Parameters
        ----------
        pixels
            (H, W, 3) replaces R, G, B and leaves alpha; (H, W, 4) needs a frame with alpha.
        data_window, display_window
            New windows, if the picture changed its size.

        Raises
        ------
        FrameError
            The array does not fit.
        """
        channels = _count_channels(pixels)
        if channels > len(self.color):
            raise FrameError("four channels given to a frame without alpha; give three")
        return self.with_planes(
            _split(pixels, self.color[:channels]),
            data_window=data_window,
            display_window=display_window,
        )

    def with_planes(
        self,
        planes: Mapping[str, Plane],
        *,
        data_window: Window | None = None,
        display_window: Window | None = None,
    ) -> Frame:
        """Return a frame in which the named planes are replaced or added.

        A preview picture in the header is dropped: it would show the old pixels.
        """
        return replace(
            self,
            planes={
                name: np.ascontiguousarray(planes[name]) if name in planes else self.planes[name]
                for name in dict.fromkeys((*self.planes, *planes))
            },
            data_window=data_window or self.data_window,
            display_window=display_window or self.display_window,
            attributes={n: v for n, v in self.attributes.items() if n != "preview"},
        )

    def with_attributes(self, entries: Mapping[str, Any]) -> Frame:
        """Return a frame with header entries replaced or added (str, int, float, Fraction)."""
        return replace(self, attributes={**self.attributes, **entries})

    def with_tags(self, tags: Mapping[str, Any]) -> Frame:
        """Return a frame with these color tags and no others; ``{}`` means unknown."""
        return replace(self, tags=dict(tags))

    def with_alpha(self, alpha: Literal["premultiplied", "straight"]) -> Frame:
        """Return a frame with premultiplied or straight color; changed color is float32."""
        if self.alpha in (alpha, "none"):
            return self
        change = convert.premultiply if alpha == "premultiplied" else convert.unpremultiply
        matte = self.planes[self.color[3]]
        changed = {name: change(self.planes[name], matte) for name in self.color[:3]}
        return replace(self.with_planes(changed), alpha=alpha)

    def only_color(self) -> Frame:
        """Return a frame without other planes and without carried parts."""
        if set(self.planes) == set(self.color):
            return replace(self, carried=None)
        planes = {name: self.planes[name] for name in self.color}
        return replace(self, planes=planes, carried=None)

    def filling_display(self) -> Frame:
        """Return the color alone, cut or padded with zeros to the display window."""
        data, display = self.data_window, self.display_window
        if data == display:
            return self.only_color()
        planes = {name: display.cut(self.planes[name], data) for name in self.color}
        return replace(self, planes=planes, data_window=display, carried=None)

    def write(
        self,
        path: str | os.PathLike[str],
        bits: str | int | None = None,
        compression: str | None = None,
        *,
        tags: Mapping[str, Any] | None = None,
        threads: int = 0,
        sync: bool = True,
        literal: bool | None = None,
    ) -> Path:
        """Write the frame, whole or not at all; return the path written.

        Parameters
        ----------
        path
            A file, or a pattern that is filled with the frame's number.
        bits
            EXR: "half" or "float"; TIFF: those, 8 and 16; PNG: 8 or 16; DPX: 8, 10, 12 or 16;
            AVIF: 8, 10 or 12; JPEG 2000: 8, 12 or 16. Default: the type of the planes.
        compression
            EXR: none rle zips zip piz pxr24 b44 b44a dwaa dwab htj2k32 htj2k256 lj2k zstd, with
            a level as in "dwaa:45"; TIFF: none zip lzw; "jpeg:95" and "avif:90" with a quality.
            Default: that of the file which was read, else zip in EXR and none in TIFF.
        tags
            Replace the color tags, as in ``{"colorInteropID": ...}``; chromaticities follow from
            it. ``{}`` removes all (space unknown). None keeps the tags of the frame.
        threads
            Threads of the library; 0 works in the calling thread.
        sync
            Wait for the disk, see `grade.io.atomic_write`.
        literal
            Whether the path is the name of a file as it stands, see
            `grade.io.sequence.named_files`. None: a path that is a file on disk is that file.

        Raises
        ------
        UnsupportedError, FrameError, PatternError
            The format cannot hold this, or the path is not one file. Nothing is touched.
        WriteError, TemporaryWriteError
            The file could not be written. What stood under its name is still there.
        """
        from grade.io.files import write

        return write(
            self, path, bits, compression, tags=tags, threads=threads, sync=sync, literal=literal
        )

    def _repr_png_(self) -> bytes | None:
        """The picture in a notebook; None shows the frame as text."""
        from grade.io.notebook import png_of

        return png_of(self)

    def __repr__(self) -> str:
        if self.native is None:
            types = ", ".join(f"{name} {plane.dtype}" for name, plane in self.planes.items())
        else:
            types = f"{', '.join(self.planes)} as {self.native.layout}"
        size = f"{self.data_window.width}x{self.data_window.height}"
        return f"Frame({self.path or 'in memory'}, {size}, {types}, alpha {self.alpha})"


def _count_channels(pixels: Plane) -> int:
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or 0 in pixels.shape:
        raise FrameError(f"pixels are {pixels.shape}; (height, width, 3 or 4) is needed")
    if pixels.dtype.kind not in "fu":
        raise FrameError(f"pixels are {pixels.dtype}; float or unsigned integers are needed")
    return int(pixels.shape[2])


def _split(pixels: Plane, names: tuple[str, ...]) -> dict[str, Plane]:
    return {name: np.ascontiguousarray(pixels[..., index]) for index, name in enumerate(names)}
