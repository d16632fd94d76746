"""What a file, a sequence, a movie or a folder holds, as plain data."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from grade.io import Sequence
    from grade.io.info import FileInfo, PartInfo


_SECONDS = 10.0  # for formats whose header is read with the pixels


def contents(path: str, config: str | None = None, literal: bool | None = None) -> dict[str, Any]:
    """What a file, a sequence or a movie holds, as plain data."""
    from grade.io import Sequence
    from grade.io.info import read_info
    from grade.io.sequence.named_files import named_files

    pattern = named_files(path, literal)
    sequence = None
    if pattern.is_still:
        files = [pattern.path(1)]
        found = read_info(files[0])
        range_: dict[str, Any] = {} if found.frames is None else _movie_range(found)
    else:
        sequence = Sequence.scan(pattern)
        files = [sequence.path(frame) for frame in sequence.frames]
        found = read_info(files[0])
        range_ = _range(sequence, found)
    return {
        "path": str(pattern),
        "format": found.format,
        "bytes": sum(file.stat().st_size for file in files),
        **range_,
        "timecode": range_.get("timecode", found.timecode),
        **_groups(sequence),
        "rate": None if found.rate is None else str(found.rate),
        "keycode": found.keycode,
        "sound": [asdict(track) for track in found.sound],
        "range": found.code_range,
        "parts": [_part(part, config) for part in found.parts],
        "provenance": _provenance(found.parts[0].attributes),
        "notes": list(found.notes),
    }


def _range(sequence: Sequence, found: FileInfo) -> dict[str, Any]:
    from grade.io import format_ranges
    from grade.io.info import read_timecode
    from grade.io.timecode_breaks import find_timecode_breaks

    codes = {frame: read_timecode(sequence.path(frame)) for frame in sequence.frames}
    stated = [code for code in codes.values() if code is not None]
    breaks = find_timecode_breaks(codes, None if found.rate is None else float(found.rate))
    return {
        "frames": sequence.ranges,
        "count": len(sequence),
        "missing": format_ranges(sequence.missing()),
        "timecode": f"{stated[0]} - {stated[-1]}" if len(stated) > 1 else found.timecode,
        "timecode_missing": format_ranges(n for n, code in codes.items() if code is None)
        if stated
        else "",
        "timecode_breaks": [f"{frame}: {codes[frame]}" for frame in breaks],
    }


def _groups(sequence: Sequence | None) -> dict[str, Any]:
    """The groups of frames that differ in what a sequence must have in common."""
    if sequence is None:
        return {}
    from grade.io import format_ranges
    from grade.io.sequence.frame_headers import group_by_words, has_short_header, read_headers

    short = has_short_header(sequence.path(sequence.first))
    headers = read_headers(sequence, sequence.frames, None if short else _SECONDS)
    found = group_by_words({number: header.words for number, header in headers.items()})
    groups = [{"frames": format_ranges(n), "differs": text} for text, n in found.items()]
    unread = sequence.frames[len(headers) :] if not short else ()
    return {
        **({"groups": groups} if groups else {}),
        **({"not_compared": format_ranges(unread)} if unread else {}),
    }


def _movie_range(found: FileInfo) -> dict[str, Any]:
    from grade.io import format_ranges

    assert found.frames is not None
    return {"frames": format_ranges(found.frames), "count": len(found.frames), "missing": ""}


def _part(part: PartInfo, config: str | None) -> dict[str, Any]:
    return {
        "name": part.name,
        "kind": part.kind,
        "size": [part.display_window.width, part.display_window.height],
        "data_window": list(part.data_window),
        "display_window": list(part.display_window),
        "pixel_aspect": part.pixel_aspect,
        "compression": part.compression,
        "channels": dict(part.channels),
        "tags": {name: _plain(value) for name, value in part.tags.items()},
        "space": _space(part, config),
        "attributes": {name: _plain(value) for name, value in sorted(part.attributes.items())},
    }


def _space(part: PartInfo, name: str | None) -> str | None:
    """The color space that the tags name, if the config has it, or what states its numbers."""
    if not part.tags:
        return None
    from grade.color.config.config import open_config
    from grade.graph.running.plate_space import read_tag

    class Tagged:
        path = None
        tags = part.tags

    tag = read_tag(open_config(name), Tagged())
    return tag.space or (None if tag.encoding is None else str(tag.encoding))


def _provenance(attributes: Mapping[str, Any]) -> dict[str, Any]:
    own = {n.removeprefix("grade:"): v for n, v in attributes.items() if n.startswith("grade:")}
    if isinstance(own.get("knobs"), str):
        with suppress(ValueError):
            own["knobs"] = json.loads(own["knobs"])
    return own


def _plain(value: Any) -> Any:
    """A header entry as JSON can hold it."""
    import numpy as np

    from grade.io.info import format_keycode

    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if isinstance(value, bytes):
        return f"{len(value)} bytes"
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if value - value == 0 else str(value)
    return format_keycode(value) or _shown(value)


def _shown(value: Any) -> str:
    shown = str(value)
    if " object at 0x" not in shown:
        return shown
    names = [name for name in dir(value) if not name.startswith("_")]
    plain = {name: getattr(value, name) for name in names}
    return str({n: v for n, v in plain.items() if isinstance(v, bool | int | float | str)})


def folder_contents(folder: Path) -> list[dict[str, Any]]:
    """The sequences, movies and single pictures in a folder, by path."""
    from grade.io import extensions, format_ranges, sequences_in
    from grade.io.formats.movie import is_movie

    known = set(extensions())
    names = sorted(p.name for p in folder.iterdir() if p.is_file())
    sequences = [s for s in sequences_in(names, folder) if s.pattern.suffix.lower() in known]
    inside = {s.pattern.name(frame) for s in sequences for frame in s.frames}
    found = [
        {"path": str(s.pattern), "frames": s.ranges, "missing": format_ranges(s.missing())}
        for s in sequences
    ]
    for name in names:
        shown = Path(name).suffix.lower() in known or is_movie(name)
        if shown and name not in inside and not name.startswith("."):
            found.append({"path": str(folder / name), "frames": "", "missing": ""})
    return sorted(found, key=lambda row: row["path"])
