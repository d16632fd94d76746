"""A movie as a row of frames, each exactly the one that its number names."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from pathlib import Path
from typing import Any, Self

from grade.io.errors import MissingError, ReadError, TemporaryReadError, UnsupportedError
from grade.io.formats.movie import color
from grade.io.formats.movie.color import Range, Tags
from grade.io.formats.movie.index import frame_times
from grade.io.formats.movie.library import library, opened, reading
from grade.io.formats.movie.pixels import PixelFormat, decode, pixel_format
from grade.io.formats.movie.slices import sound
from grade.io.formats.movie.sound import tracks_in
from grade.io.formats.movie.whole import check_whole
from grade.io.frame import Frame
from grade.io.sequence.ranges import format_ranges
from grade.io.window import Window
from grade.science.timecode import TimecodeError, count_frames, format_timecode, nominal_rate

_HELD = 8  # decoded pictures kept for a reader that comes out of order
_AHEAD = 12  # frames that are sooner decoded than sought
_FARTHER = 600  # frames back, for a second try
_CHECKED = {"prores": "explode", "hevc": "crccheck+explode"}  # HEVC may carry sums of its frames
_PIXELS = 1 << 27  # of a picture; a damaged header may claim any number
_TIMECODE = re.compile(r"\d{2}:\d{2}:\d{2}[:;.]\d{2,3}")


class Movie:
    """A movie that is read.

    Pictures are decoded in order wherever possible; any frame can be asked for, at the price of
    decoding from the key frame before it. Several threads may read: decoding takes turns, the
    conversion to R'G'B' does not.

    Parameters
    ----------
    path
        The file.
    first
        Number of the first frame. None: from the timecode if there is one, else 1.
    range_
        What code values span; ``auto`` believes the tags.
    half
        Whether planes are float16, which 11 bits and fewer survive; else float32.
    threads
        Threads of the decoder; 0 lets it choose.

    Attributes
    ----------
    path, width, height, rate, pixel_aspect
        As in the file; `rate` is a fraction, in frames per second.
    codec
        Name as the library has it.
    format
        How pictures are stored.
    tags
        What the numbers mean, with what was assumed.
    timecode
        Of the first frame, or None.
    sound
        Its sound tracks.
    notes
        Sentences on what was assumed, for the log.

    Raises
    ------
    UnsupportedError
        PyAV is not installed, or the codec, the pixel format or the matrix is not handled.
    MissingError
        There is no such file, or no picture in it.
    ReadError
        The file is damaged.
    """

    def __init__(
        self,
        path: str | Path,
        first: int | None = None,
        range_: Range = "auto",
        half: bool = False,
        threads: int = 0,
    ) -> None:
        self.path = Path(path)
        self.half = half
        self._lock = threading.RLock()
        self._held: OrderedDict[int, Any] = OrderedDict()
        self._pictures: Iterator[Any] | None = None
        self._next = 0
        self._damaged: set[int] = set()
        self._has_sums = False
        av = library(path)
        with reading(self.path):
            if not self.path.is_file():
                raise MissingError(f"{path}: no such file")
            self._container = opened(av, self.path)
        try:
            with reading(self.path):
                self._prepare(first, range_, threads)
        except BaseException:
            self.close()
            raise

    def _prepare(self, first: int | None, range_: Range, threads: int) -> None:
        videos = [s for s in self._container.streams.video if not _is_cover(s)]
        if not videos:
            raise MissingError(f"{self.path}: there is no picture in it, only sound or data")
        self._stream = stream = videos[0]
        context = stream.codec_context
        if context is None:
            raise ReadError(f"{self.path}: damaged, or of a codec that is not known")
        self.codec: str = context.name
        self.width, self.height = int(context.width), int(context.height)
        if not 0 < self.width * self.height <= _PIXELS:
            raise ReadError(f"{self.path}: damaged: pictures of {self.width}x{self.height}")
        if context.pix_fmt is None:
            raise ReadError(f"{self.path}: damaged: nothing says how its pixels are stored")
        self.format: PixelFormat = self._format(context.pix_fmt)
        said = Tags.of(context)  # of the container, before a decoder writes its own over them
        context.thread_count = threads
        context.thread_type = "AUTO"
        if self.codec in _CHECKED:
            context.options = {"err_detect": _CHECKED[self.codec]}
        rate = stream.average_rate or stream.guessed_rate or stream.base_rate
        if rate is None or not 0 < rate <= 1000:
            raise ReadError(f"{self.path}: damaged: {rate} frames per second")
        self.rate = Fraction(rate)
        aspect = stream.sample_aspect_ratio
        self.pixel_aspect = float(aspect) if aspect else 1.0
        self._base: Fraction = stream.time_base
        self._times = frame_times(self._container, stream, self.path)
        if not self._times:
            raise ReadError(f"{self.path}: damaged: no frame in it")
        check_whole(self.path, stream, self._container.format.name, len(self._times))
        self._place = {time: index for index, time in enumerate(self._times)}
        self.timecode = self._start_code()
        self.first = self._first(first)
        self.sound = tracks_in(self._container)
        sample = self._sample()
        if sample.interlaced_frame and self.format.down == 2:
            raise UnsupportedError(
                f"{self.path}: interlaced 4:2:0 is not handled; make it progressive or 4:2:2 first"
            )
        tags = Tags.of(sample).filled(said)
        self.tags, assumed = color.settled(
            tags, self.height, self.format.rgb, range_, self.format.full
        )
        if not self.format.rgb:
            color.luma(self.tags.matrix, self.path)
        self.notes = tuple(f"{self.path}: {sentence}" for sentence in assumed + self._odd(sample))

    def _sample(self) -> Any:
        """A picture that can be decoded, the first one if possible; its tags stand for all."""
        last = len(self._times) - 1
        failure: ReadError | None = None
        # At twice the distance each time: one damaged group of pictures costs few tries.
        for index in dict.fromkeys([0, *(1 << step for step in range(last.bit_length())), last]):
            try:
                with reading(self.path, f"frame {self.first + index}"):
                    return self._picture(index)
            except TemporaryReadError:
                raise
            except ReadError as error:
                failure = failure or error
        assert failure is not None
        raise failure

    def _format(self, name: str) -> PixelFormat:
        try:
            return pixel_format(name)
        except UnsupportedError as error:
            raise UnsupportedError(f"{self.path}: {error}") from error

    def _odd(self, sample: Any) -> list[str]:
        said = []
        if sample.rotation:
            said.append(f"asks to be shown turned by {sample.rotation} degrees; it is not turned")
        if sample.interlaced_frame:
            said.append("interlaced; the two fields are graded as one picture")
        steps = {b - a for a, b in zip(self._times, self._times[1:], strict=False)}
        if steps and (max(steps) - min(steps)) * self._base * self.rate > Fraction(1, 2):
            said.append("frames do not follow at one rate; they are counted, not timed")
        return said

    def _start_code(self) -> str | None:
        sources = [self._stream, *self._container.streams, self._container]
        for source in sources:
            for key in ("timecode", "TIMECODE"):
                text = source.metadata.get(key)
                if text and _TIMECODE.fullmatch(text):
                    return text if text[8] == ":" else f"{text[:8]};{text[9:]}"
        return None

    def _first(self, first: int | None) -> int:
        if first is not None:
            return first
        if self.timecode is not None:
            with suppress(TimecodeError):  # of another rate: it cannot count these frames
                # Zero is what programs write where nobody said a timecode.
                return count_frames(self.timecode, float(self.rate)) or 1
        return 1

    @property
    def frames(self) -> range:
        """The numbers of the frames."""
        return range(self.first, self.first + len(self._times))

    @property
    def color_tags(self) -> dict[str, Any]:
        """What frames carry as `Frame.tags`."""
        identifier = self.tags.identifier
        return {} if identifier is None else {"colorInteropID": identifier}

    def timecode_of(self, number: int) -> str | None:
        """The timecode of a frame, or None."""
        if self.timecode is None:
            return None
        rate = float(self.rate)
        try:
            start = count_frames(self.timecode, rate)
        except TimecodeError:
            return None
        day = nominal_rate(rate) * 86400
        drop = ";" in self.timecode
        if drop:
            day = count_frames(f"23:59:59;{nominal_rate(rate) - 1:02}", rate) + 1
        return format_timecode((start + number - self.first) % day, rate, drop)

    def read(self, number: int) -> Frame:
        """One frame.

        Raises
        ------
        MissingError
            The movie has no such frame.
        ReadError
            The frame is damaged; others may not be.
        """
        if number not in self.frames:
            have = format_ranges(self.frames)
            raise MissingError(f"{self.path}: there is no frame {number}; it has {have}")
        with reading(self.path, f"frame {number}"):
            picture = self._picture(number - self.first)
            planes = decode(picture, self.format, self.tags, self.half, self.path)
        pixels = next(iter(planes.values()))
        window = Window.of_size(pixels.shape[1], pixels.shape[0])
        return Frame(
            planes=planes,
            color=tuple(planes),
            alpha="straight" if self.format.alpha else "none",
            data_window=window,
            display_window=window,
            pixel_aspect=self.pixel_aspect,
            attributes={"framesPerSecond": self.rate},
            tags=self.color_tags,
            timecode=self.timecode_of(number),
            frame=number,
            path=self.path,
        )

    def __iter__(self) -> Iterator[Frame]:
        return (self.read(number) for number in self.frames)

    def __len__(self) -> int:
        return len(self._times)

    def _picture(self, index: int) -> Any:
        """The decoded picture of a place in the movie."""
        with self._lock:
            if index in self._held:
                return self._held.pop(index)
            if self._pictures is None or not self._next <= index <= self._next + _AHEAD:
                self._seek(index)
            found = self._forward(index)
            if found is None:
                # A key frame may not be where the index of the file says: once more, from farther.
                self._seek(max(0, index - _FARTHER))
                found = self._forward(index)
            if found is None:
                raise ReadError(f"{self.path}: frame {self.first + index}: damaged, or cut off")
            return found

    def _seek(self, index: int) -> None:
        self._container.seek(self._times[index], stream=self._stream, backward=True)
        self._pictures = self._decoded()

    def _decoded(self) -> Iterator[Any]:
        for packet in self._container.demux(self._stream):
            if self.codec == "ffv1" and packet.size:
                whole = sound(bytes(packet))
                self._has_sums = self._has_sums or whole is True
                if whole is False or (whole is None and self._has_sums):
                    self._damaged.add(packet.pts)
            yield from packet.decode()

    def _forward(self, index: int) -> Any:
        """Decode up to a place; None if the decoder does not give that picture, or guessed it."""
        pictures, self._pictures = self._pictures, None  # after an error the next read seeks
        assert pictures is not None
        for picture in pictures:
            place = self._place.get(picture.pts if picture.pts is not None else picture.dts)
            if place is None:
                continue
            guessed = picture.is_corrupt or picture.pts in self._damaged
            if place == index:
                if guessed:
                    return None
                self._check(picture)
                self._pictures, self._next = pictures, place + 1
                return picture
            if not guessed:
                self._held[place] = picture
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
            if place > index:
                return None
        return None

    def _check(self, picture: Any) -> None:
        if (picture.width, picture.height) != (self.width, self.height):
            raise ReadError(f"{self.path}: damaged: a picture of {picture.width}x{picture.height}")
        if picture.format.name != self.format.name:
            raise ReadError(f"{self.path}: damaged: a picture stored as {picture.format.name}")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._pictures = None
            self._held.clear()
            self._container.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return (
            f"Movie({self.path}, {self.codec} {self.format.name} {self.width}x{self.height}, "
            f"{float(self.rate):g} fps, {len(self)} frames)"
        )


def _is_cover(stream: Any) -> bool:
    return "attached_pic" in str(stream.disposition)
