"""Sound beside the picture: of the source movie or of a file, cut to the frames, in sync.

Untouched where all of it is wanted and the container takes it as it is; else decoded, cut at the
sample that is nearest to the picture's edge, and encoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.io.errors import MissingError, UnsupportedError
from grade.io.formats.movie.library import library, opened, reading

_PREROLL = 1  # second decoded and thrown away, so that a codec with memory has settled
_LOSSLESS = {16: "pcm_s16le", 24: "pcm_s24le", 32: "pcm_s24le"}
_SAMPLES = {  # encoder: sample format as we make it, planes apart, and as it takes it
    "pcm_s16le": ("s16p", "s16"), "pcm_s24le": ("s32p", "s32"), "pcm_s32le": ("s32p", "s32"),
    "aac": ("fltp", "fltp"),
}  # fmt: skip
# What a container takes as it is; Matroska takes all that the library says.
_TAKES = {
    "mp4": ("aac", "ac3", "alac", "eac3", "mp3", "opus"),
    "mov": ("aac", "ac3", "alac", "eac3", "mp3", "pcm_"),
    "mxf": (),  # it must be as long as the picture: see `_Encoded.feed`
}
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 8: "7.1"}
_TYPES = {"s16p": np.int16, "s32p": np.int32, "fltp": np.float32}
_SILENCE = 1 << 16  # samples at a time
CODECS = ("copy", "none", *_SAMPLES)


@dataclass(frozen=True, slots=True)
class Sound:
    """Which sound goes with a picture.

    Attributes
    ----------
    path
        A movie or a sound file; all its sound tracks are taken.
    start
        Where the first picture lies in it, in seconds after the first picture of the source (of a
        sound file: after its begin). Before its begin there is silence.
    length
        How long, in seconds; None is to the end.
    """

    path: Path
    start: Fraction = Fraction(0)
    length: Fraction | None = None


@dataclass(frozen=True, slots=True)
class Track:
    """A sound track as its file describes it.

    Attributes
    ----------
    codec
        Name as the library has it.
    channels, rate
        How many, and samples a second.
    seconds
        How long, None where the file does not say.
    """

    codec: str
    channels: int
    rate: int
    seconds: float | None

    def __str__(self) -> str:
        long = "" if self.seconds is None else f", {self.seconds:.2f} s"
        channels = f"{self.channels} channel{'s' if self.channels != 1 else ''}"
        return f"{self.codec}, {channels}, {self.rate} Hz{long}"


def tracks_in(container: Any) -> tuple[Track, ...]:
    """The sound tracks of a file that the library has open; those of no known codec are left out.

    >>> str(Track("aac", 2, 48000, 1.5))
    'aac, 2 channels, 48000 Hz, 1.50 s'
    """
    found = []
    for stream in container.streams.audio:
        context = stream.codec_context
        if context is None:
            continue
        seconds: float | None = None
        if stream.duration is not None:
            seconds = float(stream.duration * stream.time_base)
        elif container.duration is not None:
            seconds = container.duration / 1e6
        found.append(Track(context.name, int(context.channels), int(context.rate or 0), seconds))
    return tuple(found)


def tracks_of(path: Path) -> tuple[Track, ...]:
    """The sound tracks of a file.

    Raises
    ------
    MissingError, ReadError, UnsupportedError
        There is no such file, it is damaged, or PyAV is not installed.
    """
    with reading(path, "sound"):
        if not path.is_file():
            raise MissingError(f"{path}: no such file")
        with _opened(path) as container:
            return tracks_in(container)


class SoundTracks:
    """The sound tracks of a movie that is being written.

    Parameters
    ----------
    sound
        What.
    container
        The library's output, before its header is written.
    codec
        ``copy``, or what it is encoded in. ``copy`` encodes too where only a part is wanted.
    container_name
        As the library has it.

    Raises
    ------
    MissingError
        There is no such file.
    UnsupportedError
        The codec is not known.
    ReadError
        The file is damaged.
    """

    def __init__(self, sound: Sound, container: Any, codec: str, container_name: str) -> None:
        if codec not in CODECS:
            raise UnsupportedError(
                f"{sound.path}: sound cannot be encoded as {codec}; there are {', '.join(CODECS)}"
            )
        self.path = Path(sound.path)
        self.notes: list[str] = []
        self._container = container
        self._tracks: list[_Copied | _Encoded] = []
        with reading(self.path, "sound"):
            if not self.path.is_file():
                raise MissingError(f"{self.path}: no such file")
            count = len(_opened(self.path).streams.audio) if codec != "none" else 0
            for index in range(count):
                self._tracks.append(self._track(sound, index, codec, container_name))
        if not count and codec != "none":
            self.notes.append(f"{self.path}: there is no sound in it")

    def _track(
        self, sound: Sound, index: int, codec: str, container_name: str
    ) -> _Copied | _Encoded:
        source = _opened(self.path)
        stream = source.streams.audio[index]
        origin = _origin(source)
        if codec == "copy":
            whole = sound.start == 0 and _reaches_end(source, stream, sound.length, origin)
            takes = _takes(container_name, stream.codec_context.name, self._container)
            if whole and takes:
                return _Copied(source, stream, origin, self._container)
            codec = _own(stream, container_name)
            if codec != stream.codec_context.name:
                why = (
                    "only a part is wanted" if takes else "the container does not take it as it is"
                )
                self.notes.append(f"{self.path}: sound encoded as {codec}, for {why}")
        return _Encoded(source, stream, origin, sound, codec, self._container)

    def feed(self, until: Fraction) -> None:
        """Write the sound up to a time after the first picture, in seconds."""
        for track in self._tracks:
            track.feed(until)

    def finish(self, length: Fraction) -> None:
        """Write what is left of the sound, but none beyond the end of the picture."""
        for track in self._tracks:
            track.feed(length)
            track.finish()

    def close(self) -> None:
        """Close the sources."""
        for track in self._tracks:
            track.source.close()


class _Copied:
    """A track whose packets go over as they are."""

    def __init__(self, source: Any, stream: Any, origin: Fraction, container: Any) -> None:
        self.source, self._container, self._path = source, container, Path(source.name)
        self._stream = container.add_stream_from_template(stream)
        self._base = stream.time_base
        self._moved = round(origin / self._base)
        self._packets = source.demux(stream)
        self._waiting: Any = None

    def feed(self, until: Fraction) -> None:
        while True:
            with reading(self._path, "sound"):
                packet = self._waiting or next(self._packets, None)
            self._waiting = None
            if packet is None:
                return
            if packet.pts is None:
                continue
            if (packet.pts - self._moved) * self._base >= until:
                self._waiting = packet
                return
            packet.pts -= self._moved
            packet.dts = packet.pts if packet.dts is None else packet.dts - self._moved
            packet.stream = self._stream
            self._container.mux(packet)

    def finish(self) -> None:
        """Nothing is held back."""


class _Encoded:
    """A track that is decoded, cut and encoded."""

    def __init__(
        self,
        source: Any,
        stream: Any,
        origin: Fraction,
        sound: Sound,
        codec: str,
        container: Any,
    ) -> None:
        self.source, self._container = source, container
        self._rate: int = stream.rate
        context = stream.codec_context
        self._planar, packed = _SAMPLES[codec]
        self._packed = packed
        self._path = Path(sound.path)
        # A sound file may say no more than how many channels there are.
        named = context.layout.name
        self._channels = context.channels
        self._layout = _LAYOUTS.get(context.channels, named) if "channels" in named else named
        self._stream = container.add_stream(codec, rate=self._rate)
        self._stream.codec_context.layout = self._layout
        self._stream.codec_context.format = packed
        self._stream.codec_context.time_base = Fraction(1, self._rate)
        if codec == "aac":
            self._stream.codec_context.bit_rate = 128_000 * max(1, context.channels)
        start = round(sound.start * self._rate)
        self._end = None if sound.length is None else round(sound.length * self._rate)
        self._blocks = _blocks(source, stream, origin, start, self._planar, self._rate)
        self._rest: NDArray[Any] | None = None
        self._done = 0

    def feed(self, until: Fraction) -> None:
        wanted = round(until * self._rate)
        if self._end is not None:
            wanted = min(wanted, self._end)
        while self._done < wanted:
            block = self._rest
            if block is None:
                with reading(self._path, "sound"):
                    block = next(self._blocks, None)
            if block is None:  # silence to the end of the picture: MXF would end the picture too
                size = min(wanted - self._done, _SILENCE)
                block = np.zeros((self._channels, size), _TYPES[self._planar])
            room = wanted - self._done
            self._rest = block[:, room:] if block.shape[1] > room else None
            self._put(block[:, :room])

    def _put(self, samples: NDArray[Any]) -> None:
        import av

        planar = self._packed == self._planar
        laid = samples if planar else samples.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(laid), format=self._packed, layout=self._layout
        )
        frame.sample_rate = self._rate
        frame.pts = self._done
        frame.time_base = Fraction(1, self._rate)
        self._done += samples.shape[1]
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))


def _blocks(
    source: Any, stream: Any, origin: Fraction, start: int, planar: str, rate: int
) -> Iterator[NDArray[Any]]:
    """Samples (channels, n) without a gap from sample `start` after the first picture on."""
    import av

    if start > _PREROLL * rate:
        time = Fraction(start, rate) + origin - _PREROLL
        source.seek(int(time / stream.time_base), stream=stream, backward=True)
    resampler = av.AudioResampler(format=planar, layout=stream.codec_context.layout, rate=rate)
    place = start
    for frame in source.decode(stream):
        if frame.pts is None:
            continue
        first = round((frame.pts * frame.time_base - origin) * rate)
        for part in resampler.resample(frame):
            samples = part.to_ndarray()
            if first > place:
                yield from _silence(samples, first - place)
                place = first
            samples = samples[:, max(0, place - first) :]
            first += part.samples
            if samples.shape[1]:
                place += samples.shape[1]
                yield samples


def _silence(like: NDArray[Any], count: int) -> Iterator[NDArray[Any]]:
    while count > 0:
        size = min(count, _SILENCE)
        yield np.zeros((like.shape[0], size), like.dtype)
        count -= size


def _opened(path: Path) -> Any:
    return opened(library(path), path)


def _origin(source: Any) -> Fraction:
    """When the first picture is shown, in seconds; where there is none, 0."""
    videos = source.streams.video
    if not videos or videos[0].start_time is None:
        return Fraction(0)
    return Fraction(videos[0].start_time * videos[0].time_base)


def _reaches_end(source: Any, stream: Any, length: Fraction | None, origin: Fraction) -> bool:
    if length is None:
        return True
    if stream.duration is not None and stream.start_time is not None:
        end = Fraction((stream.start_time + stream.duration) * stream.time_base)
    elif source.duration is not None:
        end = Fraction(source.duration, 1_000_000)
    else:
        return False
    # A packet of a codec may reach a little over the last picture: it is no reason to encode anew.
    return end - origin <= length + Fraction(1, 20)


def _takes(container_name: str, codec: str, container: Any) -> bool:
    known = _TAKES.get(container_name)
    if known is None:
        return codec in container.supported_codecs
    return any(codec == name or (name.endswith("_") and codec.startswith(name)) for name in known)


def _own(stream: Any, container_name: str) -> str:
    """What sound that cannot be copied is encoded in: losslessly where the container can."""
    if container_name == "mp4":
        return "aac"
    bits = {"s16": 16, "s16p": 16}.get(stream.codec_context.format.name, 24)
    return _LOSSLESS[bits]
