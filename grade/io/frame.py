"""One picture in memory: its planes in the file's own types, and everything else the file said."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, ClassVar, Literal

import numpy as np

from grade.io import convert
from grade.io.atomic import atomic_write
from grade.io.convert import Plane
from grade.io.errors import FrameError, PatternError, WriteError
from grade.io.formats.movie_names import is_movie
from grade.io.formats.registry import Store, format_for
from grade.io.native import Laid, LaidPlanes
from grade.io.sequence.sequence import Pattern
from grade.io.window import Window

Alpha = Literal["premultiplied", "straight", "none"]

# Header entries that say how the numbers are meant. They live in `Frame.tags`, nowhere else,
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
        float32, uint32, uint16, uint8, mixed as in the file. Codes of 10 and 12 bits are scaled
        to all of uint16; as they lie in the file they are in `laid`.
    color
        Names of the three or four planes that a grade touches, in the order R, G, B[, A].
    alpha
        What A means: color is "premultiplied" by it, "straight", or there is "none".
    data_window, display_window
        Where the planes lie, and what shall be seen.
    pixel_aspect
        Width of a pixel over its height.
    attributes
        Every other header entry, as the format gave it; written back.
    tags
        What the numbers mean, as far as the file says: the entries in `COLOR_TAGS`.
    timecode
        ``hh:mm:ss:ff`` (``;`` before the frames if drop-frame), or None.
    compression
        Name as in the file; None if the format has no choice.
    frame, path
        Number in its sequence, and where it came from.
    carried
        What the format must write back and nobody else looks at (other parts of an EXR).
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

    def __post_init__(self) -> None:
        shape = (self.data_window.height, self.data_window.width)
        laid = self.planes if isinstance(self.planes, LaidPlanes) else None
        if laid is not None and laid.laid.shape != shape:
            raise FrameError(f"the color is {laid.laid.shape}, the data window {shape}")
        for name, plane in (self.planes if laid is None else laid.others).items():
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
        """Make a frame of an (H, W, 3) or (H, W, 4) array.

        Parameters
        ----------
        pixels
            float16, float32, float64, uint8 or uint16; kept in its type.
        alpha
            Default: "premultiplied" for four channels, "none" for three.
        **entries
            Any other attribute of the class; windows default to the size of `pixels`.
        """
        channels = _channels(pixels)
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
    def laid(self) -> Laid | None:
        """The color as it lies in the file, where that is not as planes: for a kernel."""
        return self.planes.laid if isinstance(self.planes, LaidPlanes) else None

    def with_laid(self, laid: Laid) -> Frame:
        """Return a frame whose color is this, and taken apart only if somebody asks for planes."""
        names = self.color[: laid.layout.channels]
        rest = {name: self.planes[name] for name in self.planes if name not in names}
        return replace(
            self,
            planes=LaidPlanes(laid, names, rest),
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
        channels = _channels(pixels)
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

        A preview picture in the header would show the old pixels, so it goes.
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
        """Return a frame whose color tags are these and no others; ``{}`` means unknown."""
        return replace(self, tags=dict(tags))

    def with_alpha(self, alpha: Literal["premultiplied", "straight"]) -> Frame:
        """Return a frame with color on or off its alpha, as float32 where it had to change."""
        if self.alpha in (alpha, "none"):
            return self
        change = convert.premultiply if alpha == "premultiplied" else convert.unpremultiply
        matte = self.planes[self.color[3]]
        changed = {name: change(self.planes[name], matte) for name in self.color[:3]}
        return replace(self.with_planes(changed), alpha=alpha)

    def only_color(self) -> Frame:
        """Return a frame without extra planes and without carried parts."""
        if set(self.planes) == set(self.color):
            return replace(self, carried=None)
        planes = {name: self.planes[name] for name in self.color}
        return replace(self, planes=planes, carried=None)

    def filling_display(self) -> Frame:
        """Return only the color, cut and filled with zeros to exactly the display window."""
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
    ) -> Path:
        """Write the frame, whole or not at all; return the path written.

        Parameters
        ----------
        path
            A file, or a pattern that is filled with the frame's number.
        bits
            EXR: "half" or "float"; TIFF those, 8 and 16; PNG: 8 or 16; DPX 8, 10, 12, 16; AVIF
            8, 10, 12; JPEG 2000 8, 12, 16. Default: the type of the planes.
        compression
            EXR: none rle zips zip piz pxr24 b44 b44a dwaa dwab htj2k32 htj2k256 lj2k zstd, with
            a level as in "dwaa:45"; TIFF: none zip lzw; "jpeg:95", "avif:90" with a quality.
            Default: as the frame came, else zip in EXR, none in TIFF.
        tags
            Replaces the color tags: ``{"colorInteropID": ...}``, chromaticities are derived;
            ``{}`` removes them all (space unknown). None keeps the tags of the frame.
        threads
            Threads of the library; 0 works in the calling thread.
        sync
            Wait for the disk, see `atomic_write`.

        Raises
        ------
        UnsupportedError, FrameError, PatternError
            The format cannot hold this, or the path is not one file; nothing was touched.
        WriteError, TemporaryWriteError
            The file could not be written; the final name is as it was.
        """
        pattern = Pattern.parse(path)
        if self.frame is None and not pattern.is_still:
            raise PatternError(f"{pattern}: the frame has no number to fill in; name one file")
        final = pattern.path(0 if self.frame is None else self.frame)
        format_ = format_for(final, written=True)
        how = Store(None if bits is None else str(bits), compression, threads)
        format_.check(how, final)
        frame = self if tags is None else self.with_tags(tags)
        with atomic_write(final, sync=sync) as part:
            try:
                format_.writer(final)(frame, part, how)
            except WriteError as error:  # the format knows the reason, not the final name
                raise WriteError(f"{final}: not written: {error}") from error
        return final

    def beside(
        self, files: str | None, number: float | None, layer: str | None, channel: str | None
    ) -> list[Plane]:
        """Planes of another file, or of another layer of this frame's, at this data window.

        Parameters
        ----------
        files
            A file or a pattern; None is the frame's own file.
        number
            Which frame of a pattern.
        layer
            The color of which layer; None is the one that the file shows.
        channel
            One channel instead of color; ``""`` is the first.

        Raises
        ------
        PatternError, MissingError, LayerError, UnsupportedError, ReadError
            If there is no such file, layer or channel, or it cannot be read.
        """
        from grade.io.beside import planes_beside

        return planes_beside(self, files, number, layer, channel)

    shown_by: ClassVar[Callable[[Frame], bytes] | None] = None
    """Who makes the PNG that a notebook shows of a frame: set above, where spaces are known."""

    def _repr_png_(self) -> bytes | None:
        """The picture in a notebook; None, so that it prints the frame, where nobody shows it."""
        show = type(self).shown_by
        return None if show is None else show(self)

    def __repr__(self) -> str:
        if self.laid is None:
            types = ", ".join(f"{name} {plane.dtype}" for name, plane in self.planes.items())
        else:
            types = f"{', '.join(self.planes)} as {self.laid.layout}"
        size = f"{self.data_window.width}x{self.data_window.height}"
        return f"Frame({self.path or 'in memory'}, {size}, {types}, alpha {self.alpha})"


def read(
    path: str | os.PathLike[str],
    frame: int | None = None,
    layer: str | None = None,
    *,
    threads: int = 0,
) -> Frame:
    """Read one picture.

    Parameters
    ----------
    path
        A file, or a pattern together with `frame`.
    frame
        Number of the frame; of a movie the first is 1, or what its timecode counts. With a
        still it is kept as the number of the frame.
    layer
        Which color to grade where a file has several: the name of a part or of a layer.
    threads
        Threads of the library; 0 works in the calling thread.

    Raises
    ------
    PatternError, MissingError, LayerError, UnsupportedError
        The request is wrong.
    ReadError
        The file is damaged (`TemporaryReadError`: it may be readable later).
    """
    pattern = Pattern.parse(path)
    if frame is None and not pattern.is_still:
        raise PatternError(f"{pattern}: name the frame, as in read(path, frame=1001)")
    file = pattern.path(0 if frame is None else frame)
    if is_movie(file):
        from grade.io.formats.movie import read_numbered

        return read_numbered(file, frame, layer, threads)
    return replace(format_for(file).read(file, layer, threads), frame=frame, path=file)


def _channels(pixels: Plane) -> int:
    if pixels.ndim != 3 or pixels.shape[2] not in (3, 4) or 0 in pixels.shape:
        raise FrameError(f"pixels are {pixels.shape}; (height, width, 3 or 4) is needed")
    if pixels.dtype.kind not in "fu":
        raise FrameError(f"pixels are {pixels.dtype}; float or unsigned integers are needed")
    return int(pixels.shape[2])


def _split(pixels: Plane, names: tuple[str, ...]) -> dict[str, Plane]:
    return {name: np.ascontiguousarray(pixels[..., index]) for index, name in enumerate(names)}
