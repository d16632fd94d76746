"""Error messages for files that OpenColorIO refuses: one line that names the line or element."""

from __future__ import annotations

import re
from collections.abc import Callable
from xml.parsers import expat

from grade.color.files.errors import FileError
from grade.color.files.formats import XML

_FAILED = re.compile(r"'([^']+)' failed with: (.*?)(?=\s*'[^'\n]+' failed with: |\Z)", re.DOTALL)
_LINE = re.compile(r"(?:\(?\b[Aa]t line|Error at line|\bline)\s*\(?(\d+)\)?\)?[:.]?\s*")
_READER = re.compile(r"Error parsing [^()]*\([^()]*\)(?: using [^.]*? reader)?\.\s*(?:Error is: )?")
_DESCRIBING = ("Description", "InputDescriptor", "OutputDescriptor", "Info")
_WORDS = re.compile(
    r"[#/;]|TITLE|LUT|DOMAIN|CSPLUT|BEGIN|END|1D|3D|3DMESH|Mesh|gamma|mesh|#|Version|From|To|"
    r"Format|Type|Length|Pre|Components|Input|Output|Black|White|SPILUT|values|channel|in|out|"
    r"format|grid_size|global_transform|cube_size|element_size|data|world_origin|\{|\}|RGB|Lut|Cube"
)


def make_error(message: str, data: bytes, suffix: str, shown: str, temporary: str) -> FileError:
    """Make the error for a message of OpenColorIO.

    Parameters
    ----------
    message
        The message of OpenColorIO, which may have tried several formats.
    data, suffix, shown
        The file: content, format, and name in messages.
    temporary
        The path that OpenColorIO read it from.
    """
    reasons = [_find_reason(m[2], temporary, shown) for m in _FAILED.finditer(message)]
    reasons = reasons or [_find_reason(message, temporary, shown)]
    # The reader that got farthest is the one of the file's format.
    line, reason = max(reasons, key=lambda r: r[0] or 0)
    if line is None:
        reason = "; or else ".join(dict.fromkeys(r for _, r in reasons))
        line = find_quoted_line(reason, data) or find_odd_line(data, suffix)
    return FileError(shown, reason, line)


def _find_reason(message: str, temporary: str, shown: str) -> tuple[int | None, str]:
    message = " ".join(message.split()).rpartition("failed while building ops with this error: ")[2]
    message = "".join(c if c.isprintable() else "?" for c in _READER.sub("", message))
    message = message.replace(f"'{temporary}'", "the file").replace(temporary, shown)
    found = _LINE.search(message)
    if found:
        message = (message[: found.start()] + message[found.end() :]).strip(" :.-")
        message += ")" * (message.count("(") - message.count(")"))
    return (int(found[1]) if found else None), message[:300].rstrip(". ") or "it cannot be read"


def find_quoted_line(reason: str, data: bytes) -> int | None:
    """Find the line whose text a reason ends with, as in ``nonuniform cube sizes: 2 3 4``."""
    quoted = reason.rpartition(": ")[2].strip("'\"")
    lines = data.decode("utf-8", "replace").splitlines()
    found = [number for number, line in enumerate(lines, 1) if " ".join(line.split()) == quoted]
    return found[0] if quoted and len(found) == 1 else None


def find_odd_line(data: bytes, suffix: str) -> int | None:
    """Find the first line that a table cannot have; the last line if the file ends too early."""
    if suffix in XML:
        try:
            expat.ParserCreate().Parse(data, True)
        except expat.ExpatError as error:
            return error.lineno
        except (
            ValueError,
            LookupError,
        ):  # an encoding that is not read, which the first line names
            return 1
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return data.count(b"\n", 0, error.start) + 1
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        words = line.split()
        if words and not _WORDS.match(words[0]) and not all(map(_is_number, words)):
            return number
    return max(1, len(lines))


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True


def find_odd_element(data: bytes, reads: Callable[[bytes], bool]) -> tuple[str, int] | None:
    """Find the operation of a process list that cannot be read by itself: element and line.

    Parameters
    ----------
    data
        The content of a well-formed file.
    reads
        A function that says whether a file with this content can be read.
    """
    elements = list_operations(data)
    if not 1 <= len(elements) <= 100:
        return None
    for tag, line, start, _ in elements:
        alone = bytearray()
        done = 0
        for _, _, first, last in elements:
            if first != start:
                alone += data[done:first] + b"\n" * data.count(b"\n", first, last)
                done = last
        alone += data[done:]
        if not reads(bytes(alone)):
            return tag, line
    return None


def list_operations(data: bytes) -> list[tuple[str, int, int, int]]:
    """List the children of the root that are operations: tag, line, first and last byte."""
    parser = expat.ParserCreate()
    depth, found = 0, []
    opened: tuple[str, int, int] | None = None

    def start(tag: str, _: object) -> None:
        nonlocal depth, opened
        if depth == 1:
            opened = (tag, parser.CurrentLineNumber, parser.CurrentByteIndex)
        depth += 1

    def end(tag: str) -> None:
        nonlocal depth, opened
        depth -= 1
        if depth == 1 and opened is not None:
            last = data.find(b">", parser.CurrentByteIndex) + 1
            if tag.rpartition(":")[2] not in _DESCRIBING:
                found.append((*opened, last))

    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError):
        return []
    return [entry for entry in found if entry[3] > entry[2]]
