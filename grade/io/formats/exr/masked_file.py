"""OpenEXR files with header entries that the library refuses: it gets a file without them.

One bad entry costs the entry, and not the frame. An entry is masked by other bytes of the same
length: it becomes one of an unknown type, which the library carries without looking into it, and
which is taken out of the header that it returns. So nothing in the file moves. Texts that are not
UTF-8 are masked too, and put back as `grade.io.header_text` reads them. Names of channels are
masked by names of the same length in the same order, since a file has its channels sorted.
"""

from __future__ import annotations

import io
import itertools
import math
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grade.io.errors import read_failure
from grade.io.formats.exr import raw_header
from grade.io.formats.exr.raw_header import RawEntry
from grade.io.header_text import decode_text

_KINDS = {0: "uint32", 1: "float16", 2: "float32"}
# What the library needs, so that it may not be missing. Those with a value here get it where their
# own is none.
_NEEDED: dict[bytes, bytes | None] = {
    b"channels": None, b"chunkCount": None, b"compression": None, b"dataWindow": None,
    b"displayWindow": None, b"type": None, b"version": None, b"tiles": None,
    b"maxSamplesPerPixel": None, b"lineOrder": b"\0", b"pixelAspectRatio": struct.pack("<f", 1),
    b"screenWindowCenter": struct.pack("<2f", 0, 0), b"screenWindowWidth": struct.pack("<f", 1),
}  # fmt: skip
_UNKNOWN = b"~"
_FIRST, _LAST = 0x21, 0x7E  # characters that masks are made of


@dataclass(slots=True)
class _Part:
    """What is put back into the header of a part."""

    masked: list[str] = field(default_factory=list)
    texts: dict[str, Any] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    channels: list[tuple[str, str]] = field(default_factory=list)
    kinds: dict[str, str] = field(default_factory=dict)


class MaskedFile:
    """A file of which the library sees sound entries only.

    Parameters
    ----------
    path
        The file. If its headers are damaged beyond single entries, nothing is masked, and the
        library says what is wrong.

    Attributes
    ----------
    notes
        A sentence for each entry that was left out.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.notes: list[str] = []
        self._head = bytearray()
        self._parts: list[_Part] = []
        try:
            with path.open("rb") as file:
                head, headers = raw_header.read_raw_headers(file)
            self._head = bytearray(head)
            for entries in headers:
                self._parts.append(_Part())
                self._inspect(entries, self._parts[-1])
            if self._head == head:
                self._head = bytearray()
        except ValueError:
            self._head, self._parts, self.notes = bytearray(), [], []
        except OSError as error:
            raise read_failure(path, error) from error

    @property
    def is_masked(self) -> bool:
        """Whether the library gets other bytes than those of the file."""
        return bool(self._head)

    @property
    def kinds(self) -> list[dict[str, str]]:
        """Type of each channel by its name, of every part; empty for a damaged header."""
        return [part.kinds for part in self._parts]

    def open(self) -> io.FileIO:
        """Open the file for reading, without a buffer."""
        return _Stream(self.path, bytes(self._head))

    def read(self, library: Any, **options: Any) -> list[Any]:
        """Read the parts by the library, as they are masked."""
        if not self._head and raw_header.is_text(bytes(self.path)):
            parts = library.File(str(self.path), **options).parts
        else:
            with self.open() as stream:
                parts = library.File(stream, **options).parts
        return list(parts)

    def names(self, index: int, header: Mapping[str, Any]) -> tuple[str, list[str]]:
        """Return the name of a part and those of its channels, in the order of the file."""
        masks = [channel.name for channel in header["channels"]]
        if not self._head:
            return str(header.get("name", "")), masks
        part = self._parts[index]
        return str(part.texts.get("name", header.get("name", ""))), self.rename(index, masks)

    def rename(self, index: int, channels: Any) -> Any:
        """Return a dictionary or a list of channels, with their names in place of masks."""
        names = dict(self._parts[index].channels) if self._head else {}
        if isinstance(channels, Mapping):
            return {names.get(mask, mask): value for mask, value in channels.items()}
        return [names.get(mask, mask) for mask in channels]

    def restore(self, index: int, header: dict[str, Any]) -> None:
        """Put names and texts back into the header of a part that the library read."""
        if not self._head:
            return
        part = self._parts[index]
        for name in part.masked:
            header.pop(name, None)
        header.update(part.texts)
        for mask, name in part.names.items():
            if mask in header:
                header[name] = header.pop(mask)
        names = dict(part.channels)
        for channel in header.get("channels", ()):
            channel.name = names.get(channel.name, channel.name)

    def restore_part(self, index: int, part: Any) -> None:
        """Do the same for a part with its pixels."""
        if not self._head:
            return
        self.restore(index, part.header)
        for mask, name in self._parts[index].channels:
            channel = part.channels.pop(mask)
            channel.name = name
            part.channels[name] = channel

    # --- masking ------------------------------------------------------------------------------

    def _inspect(self, entries: list[RawEntry], part: _Part) -> None:
        several = len({entry.name for entry in entries}) < len(entries)
        masks = _Masks({entry.name for entry in entries})
        seen: set[bytes] = set()
        for entry in entries:
            if entry.name == b"channels":
                self._mask_channels(entry, part)
            elif entry.name in _NEEDED:
                self._mend(entry)
            elif several and entry.name in seen:
                self._leave_out(entry, part, masks.take(len(entry.name)), "there are two of it")
            elif fault := _fault_of(entry):
                self._leave_out(entry, part, masks.take(len(entry.name)), fault)
            else:
                self._mask_texts(entry, part, masks)
            seen.add(entry.name)

    def _put(self, place: int, data: bytes) -> None:
        self._head[place : place + len(data)] = data

    def _leave_out(self, entry: RawEntry, part: _Part, mask: bytes, fault: str) -> None:
        self._hide(entry, part, mask)
        self.notes.append(f"the entry {decode_text(entry.name)} is left out: {fault}")

    def _hide(self, entry: RawEntry, part: _Part, mask: bytes) -> None:
        self._put(entry.place, mask + b"\0" + _UNKNOWN * len(entry.kind))
        part.masked.append(mask.decode())

    def _mask_texts(self, entry: RawEntry, part: _Part, masks: _Masks) -> None:
        text = raw_header.read_text_value(entry)
        if text is not None and entry.name == b"name":
            # It tells the parts of a file apart, so it may not be missing.
            number = 0x30 + (len(self._parts) - 1) % 75
            self._put(entry.value_place, bytes(b if b < 128 else number for b in entry.value))
            part.texts["name"] = text
        elif text is not None:
            self._hide(entry, part, masks.take(len(entry.name)))
            part.texts[decode_text(entry.name)] = text
        elif not raw_header.is_text(entry.name):
            mask = masks.take(len(entry.name))
            self._put(entry.place, mask)
            part.names[mask.decode()] = decode_text(entry.name)

    def _mend(self, entry: RawEntry) -> None:
        """Give a needed entry a value, where it has none that can be meant."""
        value = _NEEDED[entry.name]
        if value is None or len(entry.value) != len(value):
            return
        if entry.name == b"lineOrder":
            sound = entry.value[0] <= 2
        else:
            numbers = struct.unpack(f"<{len(value) // 4}f", entry.value)
            sound = all(map(math.isfinite, numbers))
            if entry.name == b"pixelAspectRatio":
                sound = sound and 1e-6 <= numbers[0] <= 1e6
            elif entry.name == b"screenWindowWidth":
                sound = sound and numbers[0] >= 0
        if not sound:
            self._put(entry.value_place, value)
            self.notes.append(
                f"the entry {entry.name.decode()} has no valid value; the usual is taken"
            )

    def _mask_channels(self, entry: RawEntry, part: _Part) -> None:
        channels = raw_header.parse_channels(entry.value)
        names = [channel.name for channel in channels]
        kinds = [_KINDS.get(channel.kind, "") for channel in channels]
        if all(map(raw_header.is_text, names)):
            part.kinds = dict(zip((name.decode() for name in names), kinds, strict=True))
            return
        # Every byte is replaced by one of the same rank, so the order stays as it is.
        used = sorted(set(b"".join(names)))
        if len(used) > _LAST + 1 - _FIRST:
            raise ValueError("the names of its channels are of too many characters")
        ranks = {byte: _FIRST + rank for rank, byte in enumerate(used)}
        plain = [name.decode("latin-1") for name in names]  # keeps their order, too
        place = entry.value_place
        for name, text in zip(names, plain, strict=True):
            mask = bytes(ranks[byte] for byte in name)
            self._put(place, mask)
            part.channels.append((mask.decode(), text))
            place += len(name) + 17
        part.kinds = dict(zip(plain, kinds, strict=True))


def _fault_of(entry: RawEntry) -> str | None:
    if not raw_header.is_text(entry.kind):
        return "the name of its type is no text"
    return raw_header.find_fault(entry)


class _Masks:
    """Names that no entry has."""

    def __init__(self, used: set[bytes]) -> None:
        self._used = used
        self._left: dict[int, Iterator[bytes]] = {}

    def take(self, length: int) -> bytes:
        """Return another name of a length; raise `ValueError` if there is none left."""
        left = self._left.setdefault(length, self._make(length))
        name = next(left, None)
        if name is None:
            raise ValueError("its entries are too many")
        return name

    def _make(self, length: int) -> Iterator[bytes]:
        letters = range(_FIRST, _LAST + 1)
        for pair in itertools.product(letters, repeat=min(length, 2)):
            name = bytes(pair) + _UNKNOWN * (length - len(pair))
            if name not in self._used:
                yield name


class _Stream(io.FileIO):
    """A file whose first bytes are others."""

    def __init__(self, path: Path, head: bytes) -> None:
        super().__init__(path, "rb")
        self._head = head

    def readinto(self, buffer: Any) -> int:
        place = self.tell()
        count = super().readinto(buffer) or 0
        if place < len(self._head):
            part = self._head[place : place + count]
            memoryview(buffer).cast("B")[: len(part)] = part
        return count

    def read(self, size: int | None = -1) -> bytes:
        if size is None or size < 0:
            return self.readall()
        data = bytearray(size)
        return bytes(data[: self.readinto(data)])

    def readall(self) -> bytes:
        place = self.tell()
        size = self.seek(0, 2)
        self.seek(place)
        return self.read(max(0, size - place))
