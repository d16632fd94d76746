"""Small movies to test with, and what a plain use of PyAV says of a file."""

from __future__ import annotations

import wave
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np

from grade.io import Frame

REC709 = {"colorInteropID": "g24_rec709_display"}
PQ = {"colorInteropID": "pq_rec2020_display"}
RATE = 48000


def ramp(number: int, size: tuple[int, int] = (128, 1024), **entries: Any) -> Frame:
    """Grey from 0 to 1 along a row, one code value of ten bits each pixel."""
    height, width = size
    line = np.arange(width, dtype=np.float32) / np.float32(1023)
    grey = np.tile(line, (height, 1))
    entries = {"tags": REC709, **entries}
    return Frame.from_pixels(np.stack([grey] * 3, axis=-1), frame=number, **entries)


def flat(number: int, size: tuple[int, int] = (128, 256), **entries: Any) -> Frame:
    """One grey, another one each frame: number / 100."""
    value = np.float32(number / 100)
    entries = {"tags": REC709, **entries}
    return Frame.from_pixels(np.full((*size, 3), value, np.float32), frame=number, **entries)


def noise(number: int, size: tuple[int, int] = (128, 256), **entries: Any) -> Frame:
    random = np.random.default_rng(number)
    pixels = random.uniform(0, 1, (*size, 3)).astype(np.float32)
    return Frame.from_pixels(pixels, frame=number, **{"tags": REC709, **entries})


@dataclass
class Seen:
    """What PyAV alone reads of a movie."""

    codec: str
    tag: str
    pixels: str
    frames: int
    rate: Fraction
    timecode: str | None
    stream: tuple[int, int, int, int]  # primaries, transfer, matrix, range
    picture: tuple[int, int, int, int]
    side_data: list[str]


def seen(path: Path) -> Seen:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        said = _points(context)
        headers = [*(s.metadata for s in container.streams), container.metadata]
        texts = [header.get("timecode", header.get("TIMECODE")) for header in headers]
        frames = list(container.decode(stream))
        return Seen(
            context.name,
            context.codec_tag,
            context.pix_fmt,
            len(frames),
            stream.average_rate,
            next((text for text in texts if text), None),
            said,
            _points(frames[0]),
            # Until PyAV 19 what is gone through are the data, then their types.
            [str(getattr(d, "type", d)).rpartition(".")[2] for d in frames[0].side_data],
        )


def _points(source: Any) -> tuple[int, int, int, int]:
    names = ("color_primaries", "color_trc", "colorspace", "color_range")
    return tuple(int(getattr(source, name)) for name in names)  # type: ignore[return-value]


def write_wave(path: Path, seconds: float = 2.0, channels: int = 2) -> np.ndarray:
    """Noise, which fits itself at one place only; returns the samples (n, channels)."""
    random = np.random.default_rng(5)
    samples = (random.standard_normal((round(seconds * RATE), channels)) * 3000).astype(np.int16)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(samples.tobytes())
    return samples


def heard(path: Path) -> tuple[str, float, np.ndarray]:
    """Codec, begin in seconds after the first picture, and the samples of the first channel."""
    with av.open(str(path)) as container:
        stream, video = container.streams.audio[0], container.streams.video[0]
        origin = Fraction((video.start_time or 0) * video.time_base)
        resampler = av.AudioResampler(format="fltp", layout=stream.layout.name, rate=stream.rate)
        begin, parts = None, []
        for frame in container.decode(stream):
            if begin is None:
                begin = float(frame.pts * frame.time_base - origin)
            parts += [part.to_ndarray()[0] for part in resampler.resample(frame)]
        assert begin is not None
        return stream.codec_context.name, begin, np.concatenate(parts)


def offset(path: Path, reference: np.ndarray) -> float:
    """Seconds by which the sound of a movie is late against a reference; exact to a sample."""
    _, begin, samples = heard(path)
    size = 1 << int(np.ceil(np.log2(samples.size + reference.size)))
    product = np.fft.rfft(samples, size) * np.conj(np.fft.rfft(reference.astype(float), size))
    late = int(np.argmax(np.fft.irfft(product, size)))
    return begin + (late - size if late > size // 2 else late) / RATE


def damage_frame(path: Path, index: int) -> None:
    """Overwrite bytes in the middle of what one frame is stored in."""
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    place = data.index(packets[index]) + len(packets[index]) // 2
    data[place : place + 4] = bytes(255 - value for value in data[place : place + 4])
    path.write_bytes(data)
