"""Reader of movies: frames by their numbers, each exactly the one that is asked for."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any, Self

from grade.color.tags.meaning import CAMERA, CODE_POINTS, tags_of
from grade.io import field_order, frame_rates
from grade.io.errors import MissingError, ReadError, TemporaryReadError, UnsupportedError
from grade.io.formats.movie import color_tags, fields, ycbcr
from grade.io.formats.movie.camera_metadata import read_log_curve
from grade.io.formats.movie.color_tags import Range, Tags
from grade.io.formats.movie.constant_rate import Conformed, conform, find_rate
from grade.io.formats.movie.container.completeness import check_complete
from grade.io.formats.movie.frame_times import read_frame_times
from grade.io.formats.movie.pixel_formats import PixelFormat, parse_pixel_format
from grade.io.formats.movie.pyav import import_pyav, open_container, typed_read_errors
from grade.io.formats.movie.rgb_planes import to_planes
from grade.io.formats.movie.sound import tracks_in
from grade.io.frame import Frame
from grade.io.window import Window
from grade.science.frame_rate import snap_rate
from grade.science.timecode import TimecodeError, count_frames, format_timecode, nominal_rate

_MOST_CACHED = 8  # decoded pictures that are kept for readers that ask out of order
_AHEAD = 12  # frames ahead; decoding them is faster than seeking
_FARTHER = 600  # frames to seek back in a second try
_CHECKED = {"prores": "explode", "hevc": "crccheck+explode"}  # HEVC may have checksums of frames
_MOST_PIXELS = 1 << 27  # of a picture; a damaged header may claim any number
_TIMECODE = re.compile(r"\d{2}:\d{2}:\d{2}[:;.]\d{2,3}")


class Movie:
    """A movie that is open for reading.

    Pictures are decoded in order wherever possible. Any frame can be read, which may mean to decode
    all frames from the key frame before it. Several threads may read: they take turns at decoding,
    and convert to R'G'B' in parallel.

    Parameters
    ----------
    path
        The file.
    first
        Number of the first frame. None: from the timecode if there is one, else 1.
    range_
        Range of the code values; ``auto`` trusts the tags.
    half
        Whether planes are float16, which holds 11 bits; else float32.
    threads
        Threads of the decoder; 0 lets it choose.
    rate
        Frames per second that a movie of variable frame rate is conformed to, by time. None takes
        its pictures as its frames.

    Attributes
    ----------
    path, width, height, rate, pixel_aspect
        As in the file; `rate` is a fraction, in frames per second. Averages are no rates: it is the
        rate that the times of the pictures follow, and a guess where they follow none.
    is_variable, conformed
        Whether the pictures follow no one rate, and which pictures the frames show if `rate` was
        given for such a movie; else None.
    codec
        Name in FFmpeg.
    format
        Pixel format.
    tags
        Color tags, with assumptions where the file has none.
    timecode
        Timecode of the first frame, or None.
    field_order
        Which field of an interlaced movie is first; None if it is progressive.
    sound
        Sound tracks.
    notes
        Sentences on what was assumed, for the log.

    Raises
    ------
    UnsupportedError
        PyAV is not installed, or the codec, the pixel format or the matrix is not handled.
    MissingError
        There is no such file, or it has no video track.
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
        rate: Fraction | None = None,
    ) -> None:
        self.path = Path(path)
        self.half = half
        self._lock = threading.RLock()
        self._cached: OrderedDict[int, Any] = OrderedDict()
        self._pictures: Iterator[Any] | None = None
        self._next = 0
        self._damaged: set[int] = set()
        self._has_checksums = False
        av = import_pyav(path)
        with typed_read_errors(self.path):
            if not self.path.is_file():
                raise MissingError(f"{path}: no such file")
            self._container = open_container(av, self.path)
        try:
            with typed_read_errors(self.path):
                self._prepare(first, range_, threads, rate)
        except BaseException:
            self.close()
            raise

    def _prepare(
        self, first: int | None, range_: Range, threads: int, rate: Fraction | None
    ) -> None:
        videos = [s for s in self._container.streams.video if not _is_cover(s)]
        if not videos:
            raise MissingError(f"{self.path}: there is no video track in it, only sound or data")
        self._stream = stream = videos[0]
        context = stream.codec_context
        if context is None:
            raise ReadError(f"{self.path}: damaged, or of a codec that is not known")
        self.codec: str = context.name
        self.width, self.height = int(context.width), int(context.height)
        if not 0 < self.width * self.height <= _MOST_PIXELS:
            raise ReadError(f"{self.path}: damaged: pictures of {self.width}x{self.height}")
        if context.pix_fmt is None:
            raise ReadError(f"{self.path}: damaged: its pixel format is missing")
        self.format: PixelFormat = self._parse_format(context.pix_fmt)
        container_tags = Tags.read_from(context)  # before a decoder overwrites them
        context.thread_count = threads
        context.thread_type = "AUTO"
        if self.codec in _CHECKED:
            context.options = {"err_detect": _CHECKED[self.codec]}
        stated = [stream.guessed_rate, stream.average_rate, stream.base_rate]
        if not any(rate is not None and 0 < rate <= 1000 for rate in stated):
            raise ReadError(f"{self.path}: damaged: {stated[0]} frames per second")
        aspect = stream.sample_aspect_ratio
        self.pixel_aspect = float(aspect) if aspect else 1.0
        self._base: Fraction = stream.time_base
        self._times = read_frame_times(self._container, stream, self.path)
        if not self._times:
            raise ReadError(f"{self.path}: damaged: no frame in it")
        check_complete(self.path, stream, self._container.format.name, len(self._times))
        self._find_rate(stated, rate)
        self._place = {time: index for index, time in enumerate(self._times)}
        self.timecode = self._read_timecode()
        self.first = self._number_of_first(first)
        self.sound = tracks_in(self._container)
        sample = self._decode_sample()
        self.field_order = fields.order_of(sample)
        if self.field_order is not None and self.format.down == 2:
            raise UnsupportedError(
                f"{self.path}: interlaced 4:2:0 is not handled; make it progressive or 4:2:2 first"
            )
        tags = Tags.read_from(sample).fill_in(container_tags)
        self.tags, assumed = color_tags.assume_missing(
            tags, self.height, self.format.rgb, range_, self.format.full
        )
        if not self.format.rgb:
            ycbcr.luma_weights(self.tags.matrix, self.path)
        sentences = assumed + self._list_oddities(sample)
        self.notes = tuple(f"{self.path}: {sentence}" for sentence in sentences)

    def _find_rate(self, stated: list[Any], wanted: Fraction | None) -> None:
        """Find the rate; conform to one that is asked for if the frame rate is variable."""
        found = find_rate(self._times, self._base, stated)
        self.is_variable = found is None
        usable = next(rate for rate in stated if rate is not None and 0 < rate <= 1000)
        self.rate = snap_rate(Fraction(usable)) if found is None else found
        self.conformed: Conformed | None = None
        if found is None and wanted is not None:
            self.rate = wanted
            stream, last = self._stream, self._times[-1]
            end = last + round(1 / wanted / self._base)
            if stream.duration is not None:
                end = max(last, (stream.start_time or 0) + stream.duration)
            self.conformed = conform(self._times, self._base, wanted, end)

    def _decode_sample(self) -> Any:
        """Decode a picture whose tags stand for all: the first one, or the next that is intact."""
        last = len(self._times) - 1
        failure: ReadError | None = None
        # The distance doubles each time, so a damaged group of pictures costs few tries.
        for index in dict.fromkeys([0, *(1 << step for step in range(last.bit_length())), last]):
            try:
                with typed_read_errors(self.path, f"frame {self.first + index}"):
                    return self._decode(index)
            except TemporaryReadError:
                raise
            except ReadError as error:
                failure = failure or error
        assert failure is not None
        raise failure

    def _parse_format(self, name: str) -> PixelFormat:
        try:
            return parse_pixel_format(name)
        except UnsupportedError as error:
            raise UnsupportedError(f"{self.path}: {error}") from error

    def _list_oddities(self, sample: Any) -> list[str]:
        """Return sentences on properties of the movie that are ignored."""
        notes = []
        if sample.rotation:
            notes.append(f"asks for a rotation by {sample.rotation} degrees; it is not rotated")
        if sample.interlaced_frame:
            first = "top" if self.field_order == "top_first" else "bottom"
            notes.append(f"interlaced, {first} field first; both are graded as one picture")
        if self.is_variable and self.conformed is None:
            notes.append("variable frame rate; its pictures are counted, not timed")
        return notes

    def _read_timecode(self) -> str | None:
        sources = [self._stream, *self._container.streams, self._container]
        for source in sources:
            for key in ("timecode", "TIMECODE"):
                text = source.metadata.get(key)
                if text and _TIMECODE.fullmatch(text):
                    mark = ":" if text[8] == ":" else ";"
                    return f"{text[:8]}{mark}{int(text[9:]):02}"  # FFmpeg writes 3 digits above 100
        return None

    def _number_of_first(self, first: int | None) -> int:
        if first is not None:
            return first
        if self.timecode is not None:
            with suppress(TimecodeError):  # a timecode of another rate cannot count these frames
                # Programs write zero where they have no timecode.
                return count_frames(self.timecode, float(self.rate)) or 1
        return 1

    @property
    def frames(self) -> range:
        """The numbers of the frames."""
        return range(self.first, self.first + len(self))

    @cached_property
    def color_tags(self) -> dict[str, Any]:
        """The tags of its frames."""
        metadata = (self._container.metadata, *(s.metadata for s in self._container.streams))
        return tags_of({CODE_POINTS: self.tags.code_points, CAMERA: read_log_curve(metadata)})

    def timecode_of(self, number: int) -> str | None:
        """Return the timecode of a frame, or None."""
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
        """Read a frame.

        Raises
        ------
        MissingError
            The movie has no such frame.
        ReadError
            The frame is damaged; others may not be.
        """
        if number not in self.frames:
            first, last = self.frames[0], self.frames[-1]
            have = str(first) if first == last else f"{first}-{last}"
            raise MissingError(f"{self.path}: there is no frame {number}; it has {have}")
        with typed_read_errors(self.path, f"frame {number}"):
            picture = self._decode(self._shown(number - self.first))
            planes = to_planes(picture, self.format, self.tags, self.half, self.path)
        pixels = next(iter(planes.values()))
        window = Window.of_size(pixels.shape[1], pixels.shape[0])
        return Frame(
            planes=planes,
            color=tuple(planes),
            alpha="straight" if self.format.alpha else "none",
            data_window=window,
            display_window=window,
            pixel_aspect=self.pixel_aspect,
            attributes=self._attributes,
            tags=self.color_tags,
            timecode=self.timecode_of(number),
            frame=number,
            path=self.path,
        )

    @property
    def _attributes(self) -> dict[str, Any]:
        """The header entries of its frames."""
        fields = {} if self.field_order is None else {field_order.ATTRIBUTE: self.field_order}
        return {frame_rates.ATTRIBUTE: self.rate, **fields}

    def __iter__(self) -> Iterator[Frame]:
        return (self.read(number) for number in self.frames)

    def __len__(self) -> int:
        return len(self._times) if self.conformed is None else len(self.conformed.pictures)

    def count_pictures(self) -> int:
        """Return the number of pictures in the file."""
        return len(self._times)

    def _shown(self, index: int) -> int:
        """Return the picture that a frame shows."""
        return index if self.conformed is None else self.conformed.pictures[index]

    def _decode(self, index: int) -> Any:
        """Return the decoded picture at an index of the movie."""
        with self._lock:
            if index in self._cached:
                return self._cached.pop(index)
            if self._pictures is None or not self._next <= index <= self._next + _AHEAD:
                self._seek(index)
            found = self._decode_up_to(index)
            if found is None:
                # A key frame may not be where the file says: try once more, from farther back.
                self._seek(max(0, index - _FARTHER))
                found = self._decode_up_to(index)
            if found is None:
                raise ReadError(f"{self.path}: frame {self.first + index}: damaged, or cut off")
            return found

    def _seek(self, index: int) -> None:
        self._container.seek(self._times[index], stream=self._stream, backward=True)
        self._pictures = self._decode_packets()

    def _decode_packets(self) -> Iterator[Any]:
        for packet in self._container.demux(self._stream):
            if self.codec == "ffv1" and packet.size:
                self._check_packet(packet)
            yield from packet.decode()

    def _check_packet(self, packet: Any) -> None:
        """Note a packet of FFV1 whose checksums are wrong, or missing while others have them."""
        from grade.io.formats.movie.ffv1_checksums import check_slices

        intact = check_slices(bytes(packet))
        self._has_checksums = self._has_checksums or intact is True
        if intact is False or (intact is None and self._has_checksums):
            self._damaged.add(packet.pts)

    def _decode_up_to(self, index: int) -> Any:
        """Decode up to an index; None if the decoder skips that picture or conceals damage."""
        pictures, self._pictures = self._pictures, None  # after an error the next read seeks
        assert pictures is not None
        for picture in pictures:
            place = self._place.get(picture.pts if picture.pts is not None else picture.dts)
            if place is None:
                continue
            concealed = picture.is_corrupt or picture.pts in self._damaged
            if place == index:
                if concealed:
                    return None
                self._check_picture(picture)
                self._pictures, self._next = pictures, place + 1
                return picture
            if not concealed:
                self._cached[place] = picture
            while len(self._cached) > _MOST_CACHED:
                self._cached.popitem(last=False)
            if place > index:
                return None
        return None

    def _check_picture(self, picture: Any) -> None:
        """Raise if a picture has another size or pixel format than the movie."""
        if (picture.width, picture.height) != (self.width, self.height):
            raise ReadError(f"{self.path}: damaged: a picture of {picture.width}x{picture.height}")
        if picture.format.name != self.format.name:
            raise ReadError(f"{self.path}: damaged: a picture stored as {picture.format.name}")

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._pictures = None
            self._cached.clear()
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
