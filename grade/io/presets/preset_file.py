"""Preset files: YAML, every key checked."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from grade.errors import RequestError
from grade.io.errors import read_failure
from grade.io.formats.movie.codecs import CODECS, Recipe
from grade.io.formats.movie.hdr10_metadata import Mastering
from grade.io.formats.registry import WriteOptions
from grade.io.presets.preset import SUFFIX, Preset, PresetError
from grade.suggestion import suggest

_KEYS = ("preset", "about", "movie", "frames", "suffix", "spaces", "sizes", "fit", "rates")
_MOVIE = (
    "codec",
    "profile",
    "pixels",
    "range",
    "quality",
    "dither",
    "mastering",
    "limit",
    "audio",
    "options",
)
_FRAMES = ("bits", "compression")
_RANGES = {"legal": True, "full": False}
_LARGEST = 1 << 20  # bytes of a preset file


def load_preset(path: Path) -> Preset:
    """Read a preset file.

    Raises
    ------
    PresetError
        Naming the file, the key and the values that it takes.
    """
    data = _mapping(_parse(path), path, "the file", _KEYS)
    name = path.name.removesuffix(SUFFIX)
    if data.get("preset") != name:
        raise PresetError(f"{path}: preset: {data.get('preset')!r}: takes the file's name, {name}")
    if ("movie" in data) == ("frames" in data):
        raise PresetError(f"{path}: exactly one of movie: and frames: is needed")
    recipe = _recipe(data["movie"], path) if "movie" in data else None
    store = _store(data["frames"], path) if "frames" in data else None
    usual = () if recipe is None else recipe.of_codec.suffixes
    suffixes = tuple(str(text) for text in _list(data.get("suffix", list(usual)), path, "suffix"))
    fit = data.get("fit", "exact")
    if fit not in ("exact", "pad"):
        raise PresetError(f"{path}: fit: {fit}: takes exact or pad")
    if not suffixes:
        raise PresetError(f"{path}: suffix: is needed for frames")
    made = Preset(
        name=name,
        about=str(data.get("about", "")),
        path=path,
        suffixes=suffixes,
        recipe=recipe,
        store=store,
        spaces=tuple(str(text) for text in _list(data.get("spaces", []), path, "spaces")),
        sizes=tuple(_size(entry, path) for entry in _list(data.get("sizes", []), path, "sizes")),
        fit=fit,
        rates=tuple(_rate(entry, path) for entry in _list(data.get("rates", []), path, "rates")),
    )
    try:
        for suffix in suffixes:
            made.check(Path(f"output{suffix}"), {})
    except RequestError as error:
        raise PresetError(f"{path}: {error}") from error
    return made


def _parse(path: Path) -> Any:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        if path.stat().st_size > _LARGEST:
            raise PresetError(f"{path}: is too large for a preset")
        return YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise read_failure(path, error) from error
    except (YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise PresetError(f"{path}: is no valid YAML: {str(error).splitlines()[0]}") from error


def _mapping(value: Any, path: Path, what: str, known: tuple[str, ...]) -> dict[str, Any]:

    if not isinstance(value, Mapping):
        raise PresetError(f"{path}: {what} takes the keys {', '.join(known)}")
    for key in value:
        if key not in known:
            raise PresetError(f"{path}: {key}: no such key.{suggest(str(key), known)}")
    return dict(value)


def _list(value: Any, path: Path, what: str) -> list[Any]:
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, Mapping) for item in items):
        raise PresetError(f"{path}: {what}: takes a value or a list")
    return items


def _size(value: Any, path: Path) -> tuple[int, int]:
    whole = isinstance(value, list) and len(value) == 2 and all(type(v) is int for v in value)
    if not whole or min(value) < 1:
        raise PresetError(f"{path}: sizes: takes a list of [width, height]")
    return value[0], value[1]


def _rate(value: Any, path: Path) -> Fraction:
    try:
        rate = Fraction(str(value))
    except (ValueError, ZeroDivisionError) as error:
        raise PresetError(f"{path}: rates: {value}: write 24, 25 or 30000/1001") from error
    if rate <= 0:
        raise PresetError(f"{path}: rates: {value}: must be above 0")
    return rate


def _store(value: Any, path: Path) -> WriteOptions:
    data = _mapping(value, path, "frames:", _FRAMES)
    texts = {key: None if entry is None else str(entry) for key, entry in data.items()}
    return WriteOptions(texts.get("bits"), texts.get("compression"))


def _recipe(value: Any, path: Path) -> Recipe:
    from grade.io.formats.movie.sound import AUDIO_CODECS

    data = _mapping(value, path, "movie:", _MOVIE)
    codec = str(data.get("codec"))
    if codec not in CODECS:
        raise PresetError(
            f"{path}: codec: {codec}: there is no such codec.{suggest(codec, CODECS)}"
        )
    range_, audio = data.get("range"), str(data.get("audio", "copy"))
    dither = data.get("dither", "triangular")
    if range_ is not None and range_ not in _RANGES:
        raise PresetError(f"{path}: range: {range_}: takes legal or full")
    if audio not in AUDIO_CODECS:
        raise PresetError(f"{path}: audio: {audio}: takes {', '.join(AUDIO_CODECS)}")
    if dither not in ("triangular", "none"):
        raise PresetError(f"{path}: dither: {dither}: takes triangular or none")
    quality = data.get("quality")
    if quality is not None and type(quality) is not int:
        raise PresetError(f"{path}: quality: {quality}: takes a whole number")
    options = data.get("options", {})
    if not isinstance(options, Mapping):
        raise PresetError(f"{path}: options: takes names and values")
    return Recipe(
        codec,
        profile=None if data.get("profile") is None else str(data["profile"]),
        pixels=data.get("pixels"),
        legal=None if range_ is None else _RANGES[range_],
        quality=quality,
        dither=dither,
        mastering=_mastering(data.get("mastering"), path),
        limit=None if data.get("limit") is None else str(data["limit"]),
        audio=audio,
        options={str(key): str(entry) for key, entry in options.items()},
    )


def _mastering(value: Any, path: Path) -> Mastering | None:
    if value is None:
        return None
    known = ("primaries", "minimum", "maximum", "max_cll", "max_fall")
    data = _mapping(value, path, "mastering:", known)
    try:
        return Mastering(**data)
    except (RequestError, TypeError) as error:
        raise PresetError(f"{path}: mastering: {error}") from error
