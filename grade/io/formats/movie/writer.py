"""Writer of movies: frame by frame to a hidden file, which is renamed when it is complete."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from grade.errors import GradeError
from grade.io.atomic import atomic_write
from grade.io.errors import FrameError, WriteError, write_failure
from grade.io.field_order import order_in
from grade.io.formats.movie import fields
from grade.io.formats.movie.codecs import Recipe
from grade.io.formats.movie.color_tags import tags_for
from grade.io.formats.movie.container.by_suffix import container_of
from grade.io.formats.movie.container.finished import finish_container
from grade.io.formats.movie.pyav import import_pyav
from grade.io.formats.movie.reader import Movie
from grade.io.formats.movie.rgb_planes import from_planes
from grade.io.formats.movie.sound import Sound
from grade.io.formats.movie.sound_writer import SoundTracks
from grade.io.formats.movie.ycbcr import chroma_on_rows
from grade.io.frame import Frame
from grade.io.frame_rates import rate_of

_NOTABLE_EXCESS = 1.5  # times the rate that the codec aims at; a higher rate is noted


class MovieWriter:
    """Writes a movie in a `with` block, which finishes it, or removes it after an error.

    Frames are given in order, all of one size. Until the block ends there is only a hidden
    ``.part`` file beside the final name.

    Parameters
    ----------
    path
        The final name; its suffix names the container.
    recipe
        Codec, pixel format, quality.
    rate
        Frames per second, such as `fractions.Fraction(24000, 1001)`.
    timecode
        Timecode of the first frame.
    sound
        The sound, or None.
    metadata
        Texts for the header of the file.
    threads
        Threads of the encoder; 0 lets it choose.
    sync
        Wait for the disk, see `grade.io.atomic_write`.

    Attributes
    ----------
    notes
        Sentences for the log.
    count, limited
        Frames that were written, and pixels that the limiter of the recipe brought in.

    Raises
    ------
    UnsupportedError
        PyAV is not installed, or the recipe does not fit the container.
    WriteError, TemporaryWriteError
        The file cannot be written.
    """

    def __init__(
        self,
        path: str | Path,
        recipe: Recipe,
        rate: Fraction | int,
        *,
        timecode: str | None = None,
        sound: Sound | None = None,
        metadata: Mapping[str, str] | None = None,
        threads: int = 0,
        sync: bool = True,
    ) -> None:
        self.path, self.recipe = Path(path), recipe
        self.rate = Fraction(rate).limit_denominator(1_000_000)
        self.notes: list[str] = []
        self.count = 0
        self.limited = self._frames_limited = 0
        self._muxed = 0
        self._timecode, self._sound = timecode, sound
        self._metadata, self._threads = dict(metadata or {}), threads
        import_pyav(path)
        recipe.check(self.path)
        if self.rate <= 0:
            raise FrameError(f"{path}: {rate} frames per second; a movie needs a rate above 0")
        self._output: Any = None
        self._stream: Any = None
        self._fields: fields.FieldMarker | None = None
        self._tracks: SoundTracks | None = None
        self._size: tuple[int, int] | None = None
        self._closing = ExitStack()
        self._part = self._closing.enter_context(atomic_write(self.path, sync=sync))

    def write(self, frame: Frame) -> None:
        """Add a frame: the color of its display window, and alpha if the pixel format has it.

        Raises
        ------
        FrameError
            Its size is not that of the first frame, or does not fit the pixel format.
        WriteError, TemporaryWriteError
            It cannot be written.
        """
        frame = frame.filling_display().with_alpha("straight")
        planes = {name: frame.planes[key] for name, key in zip("RGBA", frame.color, strict=False)}
        height, width = planes["R"].shape
        if self._size is None:
            self._size = (width, height)
            form = self.recipe.format
            self._tags = tags_for(frame.tags, self.recipe.is_legal, form.rgb)
            with _typed_write_errors(self.path):
                self._begin(frame, width, height)
        elif self._size != (width, height):
            raise FrameError(
                f"{self.path}: a frame of {width}x{height} in a movie of "
                f"{self._size[0]}x{self._size[1]}"
            )
        number = self.count if frame.frame is None else frame.frame
        form = self.recipe.format
        codes = from_planes(planes, form, self._tags, self.recipe.dither, number)
        if self.recipe.limit is not None:
            from grade.io.formats.movie.limiter import limit_codes

            moved = limit_codes(codes, form, self._tags, self.recipe.limit, self.path)
            self.limited += moved
            self._frames_limited += moved > 0
        with _typed_write_errors(self.path):
            picture = self._make_picture(codes, width, height)
            self._mux(self._stream.encode(picture))
            self.count += 1
            if self._tracks is not None:
                self._tracks.feed(self.count / self.rate)

    def _begin(self, frame: Frame, width: int, height: int) -> None:
        av = import_pyav(self.path)
        recipe, form = self.recipe, self.recipe.format
        kind = container_of(self.path)
        options = {"movflags": "write_colr+use_metadata_tags"} if kind in ("mov", "mp4") else {}
        output = av.open(str(self._part), "w", format=kind, container_options=options)
        self._output = output
        # Without date and version, so that equal input gives equal files.
        output.flags |= av.container.Flags.bitexact.value
        output.metadata.update(self._metadata)
        given = recipe.encoder_options(chroma_on_rows(self._tags.matrix))
        order = order_in(frame.attributes)
        if order is not None:
            fields.check(self.path, recipe.codec, form.down)
            given = fields.encoder_options(recipe.codec, order, given)
            self._fields = fields.FieldMarker(order)
        stream = output.add_stream(recipe.of_codec.encoder, rate=self.rate, options=given)
        self._stream = stream
        context = stream.codec_context
        context.width, context.height, context.pix_fmt = width, height, form.name
        context.time_base = 1 / self.rate
        context.thread_count = self._threads
        aspect = Fraction(frame.pixel_aspect).limit_denominator(1000)
        context.sample_aspect_ratio = aspect
        self._tags.write_to(context)
        context.flags |= av.codec.context.Flags.bitexact.value
        if recipe.codec == "hevc" and kind in ("mov", "mp4"):
            context.codec_tag = "hvc1"  # Apple's players accept no other
        if self._timecode is not None:
            stream.metadata["timecode"] = self._timecode
        if self._sound is not None:
            self._tracks = SoundTracks(self._sound, output, recipe.audio, kind)
            self.notes += self._tracks.notes

    def _make_picture(self, codes: list[Any], width: int, height: int) -> Any:
        """Return a picture of PyAV over the memory of the planes, with the color tags."""
        av = import_pyav(self.path)
        picture = av.VideoFrame.from_dlpack(
            tuple(codes), format=self.recipe.format.name, width=width, height=height
        )
        picture.pts, picture.time_base = self.count, 1 / self.rate
        self._tags.write_to(picture)
        return picture if self._fields is None else self._fields.mark(picture)

    def _mux(self, packets: list[Any]) -> None:
        for packet in packets:
            packet.duration = packet.duration or round(1 / self.rate / packet.time_base)
            self._muxed += 1
        if packets and self._muxed == len(packets) == self.count:
            _set_decode_times(packets)
        self._output.mux(packets)

    def close(self) -> Path:
        """Write the delayed pictures, check the file, and give it its final name.

        Raises
        ------
        FrameError
            No frame was given.
        WriteError, TemporaryWriteError
            It cannot be written. What stood under its name is still there.
        """
        try:
            if self._output is None:
                raise FrameError(f"{self.path}: no frame was given; a movie needs one at least")
            with _typed_write_errors(self.path):
                self._mux(self._stream.encode(None))
                if self._tracks is not None:
                    self._tracks.finish(self.count / self.rate)
                self._output.close()
                finish_container(self._part, container_of(self.path), self.recipe.mastering)
            self._verify()
            self._note_limits()
            self._note_rate()
        except BaseException:
            self.abandon()
            raise
        self._release()
        self._closing.close()
        return self.path

    def _verify(self) -> None:
        """Count the frames of the file: PyAV does not report every full disk."""
        try:
            with Movie(self._part) as movie:
                found = len(movie)
        except GradeError as error:
            raise WriteError(f"{self.path}: written, but cannot be read again: {error}") from error
        if found != self.count:
            raise WriteError(f"{self.path}: {self.count} frames were written, {found} are in it")

    def _note_limits(self) -> None:
        if self.recipe.limit is None:
            return
        what = f"{self.limited:,} pixels in {self._frames_limited} of {self.count} frames"
        self.notes.append(f"{self.path}: {what} were brought within {self.recipe.limit}")

    def _note_rate(self) -> None:
        aim = self.recipe.of_profile.rate
        if not aim or self._size is None:
            return
        pixels = self._size[0] * self._size[1] * self.count
        bits = self._part.stat().st_size * 8 / pixels
        if bits > _NOTABLE_EXCESS * aim:
            quality = self.recipe.quantizer
            self.notes.append(
                f"{self.path}: {bits / aim:.1f} times the rate that {self.recipe.codec} aims at; "
                f"a quality above {quality} makes it smaller"
            )

    def abandon(self) -> None:
        """Remove the unfinished file."""
        self._release()
        self._closing.__exit__(GeneratorExit, GeneratorExit(), None)

    def _release(self) -> None:
        if self._tracks is not None:
            self._tracks.close()
        if self._output is not None:
            with suppress(Exception):  # the encoder may be in any state
                self._output.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self.close()
        else:
            self.abandon()


def _set_decode_times(packets: list[Any]) -> None:
    """Set the decode times of a movie that is shorter than the delay of the encoder.

    x265 does not initialize them in such a movie.
    """
    step = packets[0].duration
    shown = [packet.pts // step for packet in packets]
    delay = max(index - place for index, place in enumerate(shown))
    for index, packet in enumerate(packets):
        packet.dts = (index - delay) * step


@contextmanager
def _typed_write_errors(path: Path) -> Iterator[None]:
    """Turn errors of PyAV into typed ones that name the file."""
    try:
        yield
    except GradeError:
        raise
    except OSError as error:
        raise write_failure(path, error) from error
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "av" and not isinstance(error, ValueError):
            raise
        reason = getattr(error, "strerror", None) or str(error)
        raise WriteError(f"{path}: not written: {reason}") from error


def frame_rate_of(frame: Frame) -> Fraction | None:
    """Return the frames per second in the header of a frame, or None.

    A decimal number is taken as the television rate that it stands for: 23.976 is 24000/1001.
    """
    return rate_of(frame.attributes)


def write_movie(
    frames: Iterable[Frame],
    path: str | Path,
    recipe: Recipe,
    rate: Fraction | int | None = None,
    **options: Any,
) -> Path:
    """Write frames as a movie, whole or not at all; return the path written.

    Parameters
    ----------
    frames
        In order. The timecode of the first one is that of the movie if none is given.
    path, recipe
        As in `MovieWriter`.
    rate
        Frames per second. None takes the rate in the header of the first frame.
    **options
        As in `MovieWriter`.

    Raises
    ------
    FrameError
        There is no frame, no rate, or frames have several sizes.
    UnsupportedError, WriteError, TemporaryWriteError
        As in `MovieWriter`.
    """
    following = iter(frames)
    first = next(following, None)
    if first is None:
        raise FrameError(f"{path}: no frame was given; a movie needs one at least")
    rate = rate or frame_rate_of(first)
    if rate is None:
        raise FrameError(f"{path}: the first frame has no frame rate in its header; give rate=")
    options.setdefault("timecode", first.timecode)
    with MovieWriter(path, recipe, rate, **options) as writer:
        writer.write(first)
        for frame in following:
            writer.write(frame)
    return writer.path
