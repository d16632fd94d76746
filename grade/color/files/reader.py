"""Reading of LUT and look files into transforms, once per content."""

from __future__ import annotations

import re
import tempfile
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from grade.color.files.cdl.read import SUFFIXES as CDL
from grade.color.files.cdl.read import choose, parse_file
from grade.color.files.error_messages import find_odd_element, make_error
from grade.color.files.errors import FileError
from grade.color.files.formats import BINARY, PICTURES, SUFFIXES, XML
from grade.color.files.lut_picture import make_transform, read_lut_picture
from grade.color.files.resolve_dialect import VideoRange, add_ranges, read_dialect
from grade.color.files.text_repair import repair
from grade.color.files.validation import check
from grade.color.transforms.ocio_processor import from_processor, make_raw_config
from grade.color.transforms.tables.lut3d import Lut3D
from grade.color.transforms.transform import Transform
from grade.ir.table import Table

Direction = Literal["forward", "inverse"]
_IN_USE = 32


class Source:
    """A file to read: its content, path, and name in messages.

    Two sources of one digest are equal, whatever their paths.
    """

    def __init__(self, data: bytes, path: Path, shown: str, digest: str) -> None:
        self.data, self.path, self.shown, self.digest = data, path, shown, digest

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Source) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    @property
    def suffix(self) -> str:
        """The suffix of the file, which names its format."""
        return self.path.suffix.lower().removeprefix(".")


@lru_cache(_IN_USE)
def read(
    source: Source,
    direction: Direction = "forward",
    interpolation: str = "file",
    cccid: str | None = None,
    layout: str = "auto",
) -> Transform:
    """Read the transform of a file.

    Parameters
    ----------
    source
        The file.
    direction
        ``inverse`` undoes the file.
    interpolation
        ``trilinear``, ``tetrahedral``, or ``file`` for what the file asks for, else trilinear.
    cccid
        Which correction of a ``.ccc`` or ``.cdl`` file: its id, or its number from 0.
    layout
        The order of a picture's nodes: ``hald``, ``tiles``, or ``auto``.

    Raises
    ------
    FileError
        If it cannot be read; the message names file, and line or element.
    UntranslatedTransform
        If it needs a primitive that has no translation.
    """
    if source.suffix not in SUFFIXES:
        raise FileError(
            source.shown, f"files that end in .{source.suffix} are not read; known are"
            f" {', '.join(SUFFIXES)}"
        )  # fmt: skip
    if source.suffix in CDL:
        return _translate(_make_cdl(source, direction, cccid), interpolation, source.shown)
    if cccid is not None:
        raise FileError(source.shown, f"cccid = {cccid!r}: only .{', .'.join(CDL)} files have ids")
    if source.suffix in PICTURES:
        return _read_picture(source, direction, interpolation, layout)
    if layout != "auto":
        raise FileError(source.shown, f"layout = {layout}: only pictures (.png) have one")
    check(source.data, source.suffix, source.shown)
    return _translate(_read_group(source, direction), interpolation, source.shown)


def _read_picture(
    source: Source, direction: Direction, interpolation: str, layout: str
) -> Transform:
    cube = read_lut_picture(source.data, source.shown, layout)
    if direction == "forward":
        way = "trilinear" if interpolation == "file" else interpolation
        return Transform((Lut3D(Table(cube), way),), source.shown)
    transform = make_transform(cube, source.shown)
    transform.setDirection(_directions()["inverse"])
    return _translate(transform, interpolation, source.shown)


def _make_cdl(source: Source, direction: Direction, cccid: str | None) -> Any:
    """Make OpenColorIO's transform of a correction; the first of a file where none is named."""
    import PyOpenColorIO as ocio

    found = parse_file(source.data, source.shown, source.path.parent)
    chosen = found[0] if cccid is None else choose(found, cccid, source.shown)
    return ocio.CDLTransform(
        slope=chosen.slope,
        offset=chosen.offset,
        power=chosen.power,
        sat=chosen.saturation,
        direction=_directions()[direction],
    )


def _translate(transform: Any, interpolation: str, shown: str) -> Transform:
    import PyOpenColorIO as ocio

    from grade.color.transforms.ocio_translation import flatten

    if interpolation != "file":
        way = {"trilinear": ocio.INTERP_LINEAR, "tetrahedral": ocio.INTERP_TETRAHEDRAL}
        for member in flatten(transform):
            if isinstance(member, ocio.Lut3DTransform):
                member.setInterpolation(way[interpolation])
    return from_processor(make_raw_config().getProcessor(transform), shown, live=True)


def _read_group(source: Source, direction: Direction) -> Any:
    """Read the file into OpenColorIO's group of operations, not optimized yet."""
    data = source.data
    if source.suffix not in BINARY:
        data = repair(data, source.suffix)
    video = VideoRange()
    if source.suffix == "cube":
        text, video = read_dialect(data.decode("latin-1"), source.shown)
        data = text.encode("latin-1")
    try:
        return add_ranges(_open(source, data, direction), video, _directions()[direction])
    except _FileRefused as error:
        message = str(error)
    failure = make_error(message, data, source.suffix, source.shown, _TEMPORARY)
    if source.suffix in XML and failure.line is None:
        found = find_odd_element(data, lambda alone: _can_read(source, alone))
        if found is not None:
            tag, line = found
            raise FileError(source.shown, f"{tag}: {failure.reason}", line)
    raise failure


def _can_read(source: Source, data: bytes) -> bool:
    try:
        _open(source, data, "forward")
    except _FileRefused:
        return False
    return True


_TEMPORARY = "<the file>"
_OF_CPP = (RuntimeError, ValueError, IndexError, MemoryError)  # exceptions of C++ libraries


class _FileRefused(Exception):
    """OpenColorIO refuses the file; with its message."""


def _open(source: Source, data: bytes, direction: Direction) -> Any:
    """Open a copy under a new path, because OpenColorIO caches files by path, not content."""
    import PyOpenColorIO as ocio

    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        # The name of a Discreet LUT says the depth of its codes. Others may hold a variable.
        stem = re.sub(r"[$%]", "_", source.path.stem) if source.suffix == "lut" else "file"
        path = Path(folder) / f"{stem}.{source.suffix}"
        path.write_bytes(data)
        config = make_raw_config()
        beside = str(source.path.parent)
        if _is_text(beside):
            config.setSearchPath(beside)  # a CTF file may refer to other files
            config.setWorkingDir(beside)
        described = ocio.FileTransform(str(path), "", ocio.INTERP_DEFAULT, _directions()[direction])
        level = ocio.GetLoggingLevel()
        ocio.SetLoggingLevel(ocio.LOGGING_LEVEL_NONE)  # it logs elements that it skips
        try:
            return config.getProcessor(described).createGroupTransform()
        except UnicodeDecodeError as error:  # the message quotes a line that is not text
            message = bytes(error.object).decode("utf-8", "replace")
        except (ocio.Exception, ocio.ExceptionMissingFile, *_OF_CPP) as error:
            message = str(error)
        finally:
            ocio.SetLoggingLevel(level)
            ocio.ClearAllCaches()
        raise _FileRefused(message.replace(str(path), _TEMPORARY))


def _is_text(path: str) -> bool:
    """Whether OpenColorIO takes a path: the name of a folder may be bytes that are no UTF-8."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _directions() -> dict[str, Any]:
    import PyOpenColorIO as ocio

    return {"forward": ocio.TRANSFORM_DIR_FORWARD, "inverse": ocio.TRANSFORM_DIR_INVERSE}
