"""How movies are encoded: codec, profile, pixels, quality; what each codec can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from grade.io.errors import UnsupportedError
from grade.io.formats.movie.mastering import Mastering
from grade.io.formats.movie.pixels import Dither, PixelFormat, pixel_format

_LAMBDA = 118  # the encoder's unit of a quantiser
_FORMATS = {".mov": "mov", ".mp4": "mp4", ".m4v": "mp4", ".mkv": "matroska", ".mxf": "mxf"}


@dataclass(frozen=True, slots=True)
class Profile:
    """A quality level of a codec.

    Attributes
    ----------
    pixels
        Pixel formats it can hold, the first by default.
    options
        What the encoder is told.
    rate
        Bits per pixel of a picture that the maker of the codec aims at; 0: none.
    """

    pixels: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec that is written.

    Attributes
    ----------
    encoder
        Name in the library.
    suffixes
        Containers it may lie in, the first by default.
    profiles
        By name, the first by default.
    quality
        Default, lowest and highest number of `Recipe.quality`; lower is better. None: no choice.
    options
        What the encoder is told whatever the profile.
    """

    encoder: str
    suffixes: tuple[str, ...]
    profiles: Mapping[str, Profile]
    quality: tuple[int, int, int] | None = None
    options: Mapping[str, str] = field(default_factory=dict)


def _prores(number: int, pixels: tuple[str, ...], megabits: float) -> Profile:
    """Target rates of the ProRes white paper are in Mb/s at 1920x1080, 29.97 frames a second."""
    bits_per_pixel = megabits * 1e6 / (1920 * 1080 * 30000 / 1001)
    return Profile(pixels, {"profile": str(number)}, bits_per_pixel)


def _dnxhr(name: str, pixels: tuple[str, ...]) -> Profile:
    return Profile(pixels, {"profile": f"dnxhr_{name}"})


_422, _444 = "yuv422p10le", "yuv444p10le"
# The encoder writes ProRes 4444 with 10 bits, whatever it is given.
CODECS: Mapping[str, Codec] = MappingProxyType({
    "prores": Codec(
        "prores_ks", (".mov",),
        {
            "422hq": _prores(3, (_422,), 220),
            "422": _prores(2, (_422,), 147),
            "422lt": _prores(1, (_422,), 102),
            "proxy": _prores(0, (_422,), 45),
            "4444": _prores(4, (_444, "yuva444p10le"), 330),
            "4444xq": _prores(5, (_444, "yuva444p10le"), 500),
        },
        (5, 1, 31), {"vendor": "apl0"},
    ),
    "dnxhr": Codec(
        "dnxhd", (".mov", ".mxf"),
        {
            "hqx": _dnxhr("hqx", (_422,)),
            "hq": _dnxhr("hq", ("yuv422p",)),
            "sq": _dnxhr("sq", ("yuv422p",)),
            "lb": _dnxhr("lb", ("yuv422p",)),
            "444": _dnxhr("444", (_444, "gbrp10le")),
        },
    ),
    "h264": Codec(
        "libx264", (".mp4", ".mov", ".mkv", ".m4v"),
        {
            "high": Profile(("yuv420p",), {"preset": "medium"}),
            "high10": Profile(("yuv420p10le",), {"preset": "medium"}),
            "high422": Profile((_422, "yuv422p"), {"preset": "medium"}),
            "high444": Profile((_444, "yuv444p"), {"preset": "medium"}),
        },
        (18, 0, 51),
    ),
    "hevc": Codec(
        "libx265", (".mp4", ".mov", ".mkv", ".m4v"),
        {
            "main10": Profile(("yuv420p10le",), {"preset": "fast"}),
            "main422": Profile((_422, "yuv422p12le"), {"preset": "fast"}),
            "main444": Profile((_444, "yuv444p12le", "gbrp10le", "gbrp12le"), {"preset": "fast"}),
        },
        (18, 0, 51),
    ),
    "ffv1": Codec(
        "ffv1", (".mkv",),
        {
            "rgb": Profile(("gbrp16le", "gbrp12le", "gbrp10le")),
            "422": Profile((_422, "yuv422p12le", "yuv422p16le")),
            "444": Profile((_444, "yuv444p12le", "yuv444p16le")),
        },
        None, {"level": "3", "slices": "24", "slicecrc": "1", "g": "1", "context": "0"},
    ),
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a movie shall be written; None takes the codec's default.

    Attributes
    ----------
    codec
        ``prores``, ``dnxhr``, ``h264``, ``hevc`` or ``ffv1``.
    profile
        As in `CODECS`.
    pixels
        A pixel format that the profile has.
    legal
        Whether codes keep to the video range. None: Y'CbCr does, R'G'B' does not.
    quality
        The quantiser of ProRes, the CRF of H.264 and HEVC; lower is better.
    dither
        ``triangular`` noise of one code value where 12 bits or fewer are made of more.
    mastering
        HDR10 metadata.
    audio
        What sound is encoded in; ``copy`` leaves it as it is where that is possible.
    options
        More for the encoder, by its own names.
    """

    codec: str
    profile: str | None = None
    pixels: str | None = None
    legal: bool | None = None
    quality: int | None = None
    dither: Dither = "triangular"
    mastering: Mastering | None = None
    audio: str = "copy"
    options: Mapping[str, str] = field(default_factory=dict)

    def check(self, path: Path) -> None:
        """Raise `UnsupportedError` for anything that the codec or the container cannot do."""
        from grade.suggestion import suggest

        if self.codec not in CODECS:
            hint = suggest(self.codec, CODECS)
            raise UnsupportedError(f"{path}: there is no codec {self.codec}.{hint}")
        codec = CODECS[self.codec]
        if path.suffix.lower() not in codec.suffixes:
            raise UnsupportedError(
                f"{path}: {self.codec} is not written into {path.suffix or 'a file without suffix'}"
                f"; it goes into {', '.join(codec.suffixes)}"
            )
        if self.profile is not None and self.profile not in codec.profiles:
            raise UnsupportedError(
                f"{path}: {self.codec} has no profile {self.profile}; "
                f"it has {', '.join(codec.profiles)}"
            )
        allowed = self.of_profile.pixels
        if self.pixels is not None and self.pixels not in allowed:
            raise UnsupportedError(
                f"{path}: {self.codec} {self.profile or ''} does not hold {self.pixels}; "
                f"it holds {', '.join(allowed)}"
            )
        if self.quality is not None:
            if codec.quality is None:
                raise UnsupportedError(f"{path}: {self.codec} has no quality to choose")
            _, low, high = codec.quality
            if not low <= self.quality <= high:
                raise UnsupportedError(
                    f"{path}: quality {self.quality}: {self.codec} takes {low} (best) to {high}"
                )

    def check_size(self, path: Path, width: int, height: int) -> None:
        """Raise `UnsupportedError` for a size that the chroma of the pixels does not divide."""
        form = self.format
        if width % form.across == 0 and height % form.down == 0:
            return
        chroma = "4:2:0" if form.down == 2 else "4:2:2"
        even = "an even width and height" if form.down == 2 else "an even width"
        raise UnsupportedError(
            f"{path}: {width}x{height}: {form.name} is {chroma}, which takes {even}; take a preset "
            "that pads to its size, or one of 4:4:4 such as prores-4444 (.mov) or ffv1-archive "
            "(.mkv)"
        )

    @property
    def of_codec(self) -> Codec:
        """What is known of the codec."""
        return CODECS[self.codec]

    @property
    def of_profile(self) -> Profile:
        """What is known of the profile."""
        profiles = self.of_codec.profiles
        return profiles[self.profile or next(iter(profiles))]

    @property
    def format(self) -> PixelFormat:
        """How pictures are stored."""
        return pixel_format(self.pixels or self.of_profile.pixels[0])

    @property
    def is_legal(self) -> bool:
        """Whether codes keep to the video range."""
        return not self.format.rgb if self.legal is None else self.legal

    def encoder_options(self, matrix_rows: bool) -> dict[str, str]:
        """What the encoder is told; `matrix_rows`: rows of chroma lie on rows of luma."""
        given = {**self.of_codec.options, **self.of_profile.options}
        if self.codec in ("h264", "hevc"):
            quality = self.of_codec.quality
            assert quality is not None
            given["crf"] = str(quality[0] if self.quality is None else self.quality)
            entries = (
                [] if self.codec == "h264" else ["log-level=none", "repeat-headers=1", "hash=1"]
            )
            if self.format.down == 2:
                entries.append(f"chromaloc={2 if matrix_rows else 0}")
            if self.mastering is not None and self.codec == "hevc":
                entries += ["hdr10=1", *self.mastering.x265()]
            given["x264-params" if self.codec == "h264" else "x265-params"] = ":".join(entries)
        if self.quantiser is not None:
            given |= {"flags": "+qscale", "global_quality": str(_LAMBDA * self.quantiser)}
        return {**given, **self.options}

    @property
    def quantiser(self) -> int | None:
        """The fixed quantiser of ProRes: ten times as fast as its own search, and better."""
        if self.codec != "prores":
            return None
        quality = self.of_codec.quality
        assert quality is not None
        return quality[0] if self.quality is None else self.quality


def container_format(path: Path) -> str:
    """The library's name of the container that a path says."""
    return _FORMATS[path.suffix.lower()]
