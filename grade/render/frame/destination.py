"""Where an output of a look is written, and how: ``sdr=out.####.png,bits=8``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, cast

from grade.io import Pattern, UnsupportedError, WriteOptions, format_for
from grade.io.formats.movie import is_movie
from grade.io.sequence.named_files import named_files
from grade.ir.dither import Dither
from grade.render.errors import PlanError

SCALES = {"1": 1, "1/2": 2, "1/4": 4, "1/8": 8}
DITHERS = ("triangular", "none")
_OPTIONS = ("bits", "compression", "scale", "dither", "preset")


@dataclass(frozen=True, slots=True)
class Destination:
    """An output of the look, its files and how they are stored.

    Attributes
    ----------
    output
        The name of the output in the look.
    pattern
        The file, or the pattern of the files.
    bits, compression
        As in `Frame.write`; None keeps what the plate has.
    scale
        The picture is written at 1/scale of its size: 1, 2, 4 or 8.
    dither
        ``triangular`` noise hides the steps of 12 bits or fewer if the source has more.
    tags
        Color tags of the files.
    preset
        The name of a delivery preset for this output alone, or None.
    """

    output: str
    pattern: Pattern
    bits: str | None = None
    compression: str | None = None
    scale: int = 1
    dither: Dither = "triangular"
    tags: Mapping[str, Any] = field(default_factory=dict)
    preset: str | None = None

    @property
    def suffix(self) -> str:
        """Lower-case extension, with the dot."""
        return self.pattern.path(0).suffix.lower()

    @property
    def store(self) -> WriteOptions:
        """The store settings for the format."""
        return WriteOptions(self.bits, self.compression)

    def with_tags(self, tags: Mapping[str, Any]) -> Destination:
        """The destination with these color tags."""
        return replace(self, tags=dict(tags))

    def check(self) -> None:
        """Raise `UnsupportedError` for a setting that the format does not support."""
        path = self.pattern.path(0)
        for name, value in (("bits", self.bits), ("compression", self.compression)):
            if value is not None and is_movie(path):
                raise UnsupportedError(
                    f"{path}: a movie has no {name} {value}; a preset sets how it is stored: "
                    f"--preset NAME, or preset=NAME after the path; see grade presets"
                )
        format_for(path).check(self.store, path)

    @classmethod
    def parse(
        cls,
        output: str,
        text: str,
        bits: str | None = None,
        compression: str | None = None,
        scale: str = "1",
        dither: str = "triangular",
        literal: bool | None = None,
    ) -> Destination:
        """Read ``PATH[,bits=...][,compression=...][,scale=1/2][,dither=none][,preset=NAME]``.

        Parameters
        ----------
        output
            The output of the look.
        text
            A path, then options, separated by commas. A comma without an option after it is part
            of the path.
        bits, compression, scale, dither
            Defaults for what the text does not set.
        literal
            Whether the path is the name of a file as it stands, see
            `grade.io.sequence.named_files`.

        Raises
        ------
        PlanError
            For an unknown option, or a value that an option does not take.
        """
        path, options = _split_options(text)
        scale, dither = options.get("scale", scale), options.get("dither", dither)
        if scale not in SCALES:
            raise PlanError(f"{output}: scale={scale}: takes {', '.join(SCALES)}")
        if dither not in DITHERS:
            raise PlanError(f"{output}: dither={dither}: takes {', '.join(DITHERS)}")
        return cls(
            output,
            named_files(path, literal),
            options.get("bits", bits),
            options.get("compression", compression),
            SCALES[scale],
            cast(Dither, dither),
            preset=options.get("preset"),
        )


def _split_options(text: str) -> tuple[str, dict[str, str]]:
    path, *words = text.split(",")
    options: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if equals and name in _OPTIONS:
            if name in options:
                raise PlanError(f"{text}: {name} is given twice")
            options[name] = value
        elif equals and name.isidentifier():
            raise PlanError(f"{text}: there is no option {name}; known are {', '.join(_OPTIONS)}")
        else:
            path = f"{path},{word}"
    return path, options
