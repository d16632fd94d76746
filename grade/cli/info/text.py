"""What `grade info` found, as text."""

from __future__ import annotations

from typing import Any

from grade.io.formats.movie import Track

_MOST_LISTED = 12


def of_file(found: dict[str, Any], verbose: bool) -> str:
    """A file, a sequence or a movie as lines; with every header entry if `verbose`."""
    lines = [f"{found['path']}: {found['format']}, {_bytes(found['bytes'])}"]

    def line(name: str, value: Any) -> None:
        if value not in (None, "", [], {}):
            lines.append(f"  {name:<14} {value}")

    if "frames" in found:
        line("frames", f"{found['frames']} ({found['count']})")
        line("missing", found["missing"] or "none")
    for group in found.get("groups", ()):
        line("differs", f"{group['frames']}: {group['differs']}")
    line("not compared", found.get("not_compared"))
    line("timecode", found["timecode"])
    line("without", found.get("timecode_missing"))
    if breaks := found.get("timecode_breaks"):
        more = f" and {len(breaks) - _MOST_LISTED} more" if len(breaks) > _MOST_LISTED else ""
        line("breaks at", ", ".join(breaks[:_MOST_LISTED]) + more)
    line("rate", found["rate"] and f"{found['rate']} frames per second")
    line("keycode", found["keycode"])
    line("range", found["range"])
    for track in found["sound"]:
        line("sound", str(Track(**track)))
    parts = found["parts"]
    first = parts[0]
    line("size", "{}x{}".format(*first["size"]))
    if any(part["data_window"] != part["display_window"] for part in parts):
        line("display window", _window(first["display_window"]))
    line("pixel aspect", f"{first['pixel_aspect']:g}")
    for part in parts:
        if len(parts) == 1:
            for name, value in _of_part(part):
                line(name, value)
        else:
            values = [value for name, value in _of_part(part) if value and name != "space"]
            line(part["name"] or "(no name)", "; ".join(values))
    if len(parts) > 1:
        line("space", _space(first))
    for part in parts if verbose else ():
        if len(parts) > 1:
            lines.append(f"  entries of {part['name'] or '(no name)'}")
        for name, value in part["attributes"].items():
            line(name, value)
    own = found["provenance"]
    if own:
        line("made by grade", f"look {own.get('look')}, program {own.get('program')}")
        line("from frame", own.get("frame"))
        if isinstance(knobs := own.get("knobs"), dict):
            listed = ", ".join(f"{name} {value:g}" for name, value in knobs.items())
            few = verbose or len(knobs) <= _MOST_LISTED
            line("knobs", listed if few else f"{len(knobs)}, with -v")
    for note in found["notes"]:
        line("note", note)
    if not verbose and first["attributes"]:
        line("more", f"{len(first['attributes'])} header entries, with -v")
    return "\n".join(lines)


def _of_part(part: dict[str, Any]) -> list[tuple[str, str]]:
    differs = part["data_window"] != part["display_window"]
    return [
        ("data window", _window(part["data_window"]) if differs else ""),
        ("compression", part["compression"] or ""),
        ("channels", _channels(part["channels"])),
        ("tags", ", ".join(f"{name} {value}" for name, value in part["tags"].items())),
        ("space", _space(part)),
    ]


def _space(part: dict[str, Any]) -> str:
    said = "the tags name none that the config has" if part["tags"] else "not said"
    return str(part["space"] or said)


def _channels(channels: dict[str, str]) -> str:
    """The channels by type: ``R G B float16; depth.Z float32``."""
    by_type: dict[str, list[str]] = {}
    for name, kind in channels.items():
        by_type.setdefault(kind, []).append(name)
    return "; ".join(f"{' '.join(names)} {kind}" for kind, names in by_type.items())


def _window(window: list[int]) -> str:
    x_min, y_min, x_max, y_max = window
    return f"{x_max - x_min + 1}x{y_max - y_min + 1} from {x_min},{y_min} to {x_max},{y_max}"


def _bytes(count: int) -> str:
    size = float(count)
    for unit in ("bytes", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} TB"


def of_folder(path: str, rows: list[dict[str, Any]]) -> str:
    """The sequences and files of a folder, one per line."""
    if not rows:
        return f"{path}: no picture, no sequence and no movie in it"
    lines = []
    for row in rows:
        missing = f"  missing {row['missing']}" if row["missing"] else ""
        lines.append(f"{row['path']}  {row['frames']}{missing}".rstrip())
    return "\n".join(lines)
