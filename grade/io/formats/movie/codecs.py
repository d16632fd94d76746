"""Codecs and their profiles, and the recipe by which a movie is encoded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from grade.io.errors import UnsupportedError
from grade.io.formats.movie.hdr10_metadata import Mastering
from grade.io.formats.movie.pixel_formats import PixelFormat, parse_pixel_format
from grade.io.formats.movie.rgb_planes import Dither
from grade.science.signal_limits import SIGNAL_LIMITS
from grade.suggestion import suggest

_LAMBDA = 118  # units of the encoder in a step of the quantizer


@dataclass(frozen=True, slots=True)
class Profile:
    """A quality level of a codec.

    Attributes
    ----------
    pixels
        Pixel formats that it can hold; the first is the default.
    options
        Options of the encoder.
    rate
        Bits per pixel that the maker of the codec aims at; 0 if unknown.
    """

    pixels: tuple[str, ...]
    options: Mapping[str, str] = field(default_factory=dict)
    rate: float = 0.0


@dataclass(frozen=True, slots=True)
class Codec:
    """A codec that can be written.

    Attributes
    ----------
    encoder
        Name of the encoder in FFmpeg.
    suffixes
        Suffixes of its containers; the first is the default.
    profiles
        Profiles by name; the first is the default.
    quality
        Default, lowest and highest number of `Recipe.quality`; lower is better. None: no choice.
    options
        Options of the encoder in every profile.
    """

    encoder: str
    suffixes: tuple[str, ...]
    profiles: Mapping[str, Profile]
    quality: tuple[int, int, int] | None = None
    options: Mapping[str, str] = field(default_factory=dict)


def _prores(number: int, pixels: tuple[str, ...], megabits: float) -> Profile:
    """Return a profile of ProRes by the rate in its white paper: Mb/s at 1920x1080, 29.97 fps."""
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
    """How a movie is encoded; None takes the default of the codec.

    Attributes
    ----------
    codec
        ``prores``, ``dnxhr``, ``h264``, ``hevc`` or ``ffv1``.
    profile
        Name of a profile in `CODECS`.
    pixels
        A pixel format that the profile has.
    legal
        Whether code values are of legal range. None: those of Y'CbCr are, those of R'G'B' are not.
    quality
        The quantizer of ProRes, the CRF of H.264 and HEVC; lower is better.
    dither
        ``triangular`` noise of one code value where 12 bits or fewer are made from more.
    mastering
        HDR10 metadata.
    limit
        The standard whose limits the code values keep, a name in `SIGNAL_LIMITS`; None keeps none.
    audio
        Audio codec; ``copy`` keeps the one that is there where possible.
    options
        More options of the encoder, by their names in FFmpeg.
    """

    codec: str
    profile: str | None = None
    pixels: str | None = None
    legal: bool | None = None
    quality: int | None = None
    dither: Dither = "triangular"
    mastering: Mastering | None = None
    limit: str | None = None
    audio: str = "copy"
    options: Mapping[str, str] = field(default_factory=dict)

    def check(self, path: Path) -> None:
        """Raise `UnsupportedError` for a setting that the codec or the container does not have."""
        if self.codec not in CODECS:
            hint = suggest(self.codec, CODECS)
            raise UnsupportedError(f"{path}: there is no codec {self.codec}.{hint}")
        codec = CODECS[self.codec]
        if path.suffix.lower() not in codec.suffixes:
            container = path.suffix or "a file without suffix"
            raise UnsupportedError(
                f"{path}: {self.codec} cannot be stored in {container}; "
                f"it can be in {', '.join(codec.suffixes)}"
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
        if self.limit is not None and self.limit not in SIGNAL_LIMITS:
            raise UnsupportedError(f"{path}: limit {self.limit}: takes {', '.join(SIGNAL_LIMITS)}")
        if self.limit is not None and not self.is_legal:
            raise UnsupportedError(
                f"{path}: limit {self.limit}: limits are those of legal range; add range: legal"
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
        """Raise `UnsupportedError` for a size that does not hold whole chroma samples."""
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
        """The codec of its name."""
        return CODECS[self.codec]

    @property
    def of_profile(self) -> Profile:
        """The profile of its name, or the default one."""
        profiles = self.of_codec.profiles
        return profiles[self.profile or next(iter(profiles))]

    @property
    def format(self) -> PixelFormat:
        """The pixel format, or the default one of the profile."""
        return parse_pixel_format(self.pixels or self.of_profile.pixels[0])

    @property
    def is_legal(self) -> bool:
        """Whether code values are of legal range."""
        return not self.format.rgb if self.legal is None else self.legal

    def encoder_options(self, cosited_rows: bool) -> dict[str, str]:
        """Return the options of the encoder; `cosited_rows`: chroma rows lie on luma rows."""
        given = {**self.of_codec.options, **self.of_profile.options}
        if self.codec in ("h264", "hevc"):
            quality = self.of_codec.quality
            assert quality is not None
            given["crf"] = str(quality[0] if self.quality is None else self.quality)
            entries = (
                [] if self.codec == "h264" else ["log-level=none", "repeat-headers=1", "hash=1"]
            )
            if self.format.down == 2:
                entries.append(f"chromaloc={2 if cosited_rows else 0}")
            if self.mastering is not None and self.codec == "hevc":
                entries += ["hdr10=1", *self.mastering.x265_options()]
            given["x264-params" if self.codec == "h264" else "x265-params"] = ":".join(entries)
        if self.quantizer is not None:
            given |= {"flags": "+qscale", "global_quality": str(_LAMBDA * self.quantizer)}
        return {**given, **self.options}

    @property
    def quantizer(self) -> int | None:
        """The fixed quantizer of ProRes: ten times as fast as a search for one, and better."""
        if self.codec != "prores":
            return None
        quality = self.of_codec.quality
        assert quality is not None
        return quality[0] if self.quality is None else self.quality
