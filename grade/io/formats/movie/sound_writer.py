"""Sound written with a movie: copied or encoded, cut to the frames, in sync with them.

Sound is copied where all of it is wanted and the container can hold it. Else it is decoded, cut at
the samples that are nearest to the first and last picture, and encoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grade.io.errors import MissingError, UnsupportedError
from grade.io.formats.movie.pyav import import_pyav, open_container, typed_read_errors
from grade.io.formats.movie.sound import AUDIO_CODECS, Sound

_PREROLL = 1  # second that is decoded and dropped, so that codecs with memory settle
_LOSSLESS = {16: "pcm_s16le", 24: "pcm_s24le", 32: "pcm_s24le"}
_SAMPLES = {  # encoder: planar sample format that is made here, and the one that it takes
    "pcm_s16le": ("s16p", "s16"), "pcm_s24le": ("s32p", "s32"), "pcm_s32le": ("s32p", "s32"),
    "aac": ("fltp", "fltp"),
}  # fmt: skip
# Codecs that a container can hold; PyAV knows those of Matroska.
_HOLDS = {
    "mp4": ("aac", "ac3", "alac", "eac3", "mp3", "opus"),
    "mov": ("aac", "ac3", "alac", "eac3", "mp3", "pcm_"),
    "mxf": (),  # sound must be as long as the picture, see `_Encoded.feed`
}
_LAYOUTS = {1: "mono", 2: "stereo", 3: "3.0", 4: "quad", 5: "5.0", 6: "5.1", 8: "7.1"}
_TYPES = {"s16p": np.int16, "s32p": np.int32, "fltp": np.float32}
_SILENCE = 1 << 16  # samples of a block


class SoundTracks:
    """The sound tracks of a movie that is being written.

    Parameters
    ----------
    sound
        The sound.
    container
        The output of PyAV, before its header is written.
    codec
        Audio codec. ``copy`` encodes too where only a part is wanted.
    container_name
        Name in FFmpeg.

    Attributes
    ----------
    notes
        Sentences for the log.

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
        if codec not in AUDIO_CODECS:
            raise UnsupportedError(
                f"{sound.path}: sound cannot be encoded as {codec}; "
                f"there are {', '.join(AUDIO_CODECS)}"
            )
        self.path = Path(sound.path)
        self.notes: list[str] = []
        self._container = container
        self._tracks: list[_Copied | _Encoded] = []
        with typed_read_errors(self.path, "sound"):
            if not self.path.is_file():
                raise MissingError(f"{self.path}: no such file")
            count = len(_open(self.path).streams.audio) if codec != "none" else 0
            for index in range(count):
                self._tracks.append(self._make_track(sound, index, codec, container_name))
        if not count and codec != "none":
            self.notes.append(f"{self.path}: there is no sound in it")

    def _make_track(
        self, sound: Sound, index: int, codec: str, container_name: str
    ) -> _Copied | _Encoded:
        source = _open(self.path)
        stream = source.streams.audio[index]
        origin = _first_picture_time(source)
        if codec == "copy":
            whole = sound.start == 0 and _reaches_end(source, stream, sound.length, origin)
            takes = _can_hold(container_name, stream.codec_context.name, self._container)
            if whole and takes:
                return _Copied(source, stream, origin, self._container)
            codec = _choose_codec(stream, container_name)
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
        """Write the rest of the sound, up to the end of the picture."""
        for track in self._tracks:
            track.feed(length)
            track.finish()

    def close(self) -> None:
        """Close the sources."""
        for track in self._tracks:
            track.source.close()


class _Copied:
    """A track whose packets are copied."""

    def __init__(self, source: Any, stream: Any, origin: Fraction, container: Any) -> None:
        self.source, self._container, self._path = source, container, Path(source.name)
        self._stream = container.add_stream_from_template(stream)
        self._base = stream.time_base
        self._moved = round(origin / self._base)
        self._packets = source.demux(stream)
        self._waiting: Any = None

    def feed(self, until: Fraction) -> None:
        while True:
            with typed_read_errors(self._path, "sound"):
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
        """Do nothing: no packet is held back."""


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
        # A sound file may state no more than the number of channels.
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
        self._blocks = _decode_blocks(source, stream, origin, start, self._planar, self._rate)
        self._rest: NDArray[Any] | None = None
        self._done = 0

    def feed(self, until: Fraction) -> None:
        wanted = round(until * self._rate)
        if self._end is not None:
            wanted = min(wanted, self._end)
        while self._done < wanted:
            block = self._rest
            if block is None:
                with typed_read_errors(self._path, "sound"):
                    block = next(self._blocks, None)
            if block is None:
                # Silence up to the end of the picture; without it MXF would end the picture too.
                size = min(wanted - self._done, _SILENCE)
                block = np.zeros((self._channels, size), _TYPES[self._planar])
            room = wanted - self._done
            self._rest = block[:, room:] if block.shape[1] > room else None
            self._encode(block[:, :room])

    def _encode(self, samples: NDArray[Any]) -> None:
        import av

        planar = self._packed == self._planar
        arranged = samples if planar else samples.T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(arranged), format=self._packed, layout=self._layout
        )
        frame.sample_rate = self._rate
        frame.pts = self._done
        frame.time_base = Fraction(1, self._rate)
        self._done += samples.shape[1]
        self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        self._container.mux(self._stream.encode(None))


def _decode_blocks(
    source: Any, stream: Any, origin: Fraction, start: int, planar: str, rate: int
) -> Iterator[NDArray[Any]]:
    """Yield samples (channels, n) without gaps, from sample `start` after the first picture on."""
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
                yield from _make_silence(samples, first - place)
                place = first
            samples = samples[:, max(0, place - first) :]
            first += part.samples
            if samples.shape[1]:
                place += samples.shape[1]
                yield samples


def _make_silence(like: NDArray[Any], count: int) -> Iterator[NDArray[Any]]:
    while count > 0:
        size = min(count, _SILENCE)
        yield np.zeros((like.shape[0], size), like.dtype)
        count -= size


def _open(path: Path) -> Any:
    return open_container(import_pyav(path), path)


def _first_picture_time(source: Any) -> Fraction:
    """Return the time of the first picture in seconds; 0 without pictures."""
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
    # A packet may reach a little beyond the last picture, which is no reason to encode the sound.
    return end - origin <= length + Fraction(1, 20)


def _can_hold(container_name: str, codec: str, container: Any) -> bool:
    """Whether a container can hold packets of a codec."""
    known = _HOLDS.get(container_name)
    if known is None:
        return codec in container.supported_codecs
    return any(codec == name or (name.endswith("_") and codec.startswith(name)) for name in known)


def _choose_codec(stream: Any, container_name: str) -> str:
    """Return the codec for sound that cannot be copied: lossless where the container has one."""
    if container_name == "mp4":
        return "aac"
    bits = {"s16": 16, "s16p": 16}.get(stream.codec_context.format.name, 24)
    return _LOSSLESS[bits]
