"""OpenEXR files byte by byte, with entries that no library would write.

Source: OpenEXR File Layout, https://openexr.com/en/latest/OpenEXRFileLayout.html.
"""

import struct

import numpy as np

KINDS = {"uint32": 0, "float16": 1, "float32": 2}
SIZE = (4, 6)


def picture(seed=5):
    """R, G, B as halves."""
    values = np.random.default_rng(seed).uniform(0, 2, (3, *SIZE)).astype(np.float16)
    return dict(zip("RGB", values, strict=True))


def entry(name, kind, value):
    """The bytes of one entry; name and kind are bytes."""
    return name + b"\0" + kind + b"\0" + struct.pack("<i", len(value)) + value


def channel_list(planes):
    """The value of `channels`; the names may be bytes."""
    rows = b"".join(
        _bytes(name) + b"\0" + struct.pack("<iB3xii", KINDS[plane.dtype.name], 0, 1, 1)
        for name, plane in planes.items()
    )
    return rows + b"\0"


def make(extra=b"", planes=None, replace=None, packed=False):
    """An uncompressed file of one part of scanlines.

    Parameters
    ----------
    extra
        The bytes of further entries, by `entry`.
    planes
        The channels; they are sorted here.
    replace
        Other bytes for entries that every file has, by name.
    packed
        Whether ZIP is claimed; the chunks stay as they are, which readers know by their length.
    """
    planes = planes or picture()
    planes = dict(sorted(planes.items(), key=lambda item: _bytes(item[0])))
    rows, columns = next(iter(planes.values())).shape
    box = struct.pack("<4i", 0, 0, columns - 1, rows - 1)
    values = {
        b"channels": (b"chlist", channel_list(planes)),
        b"compression": (b"compression", b"\x02" if packed else b"\0"),
        b"dataWindow": (b"box2i", box),
        b"displayWindow": (b"box2i", box),
        b"lineOrder": (b"lineOrder", b"\0"),
        b"pixelAspectRatio": (b"float", struct.pack("<f", 1)),
        b"screenWindowCenter": (b"v2f", struct.pack("<2f", 0, 0)),
        b"screenWindowWidth": (b"float", struct.pack("<f", 1)),
    }
    for name, value in (replace or {}).items():
        values[name] = (values[name][0], value)
    head = struct.pack("<II", 20000630, 2)
    head += b"".join(entry(name, *value) for name, value in values.items()) + extra + b"\0"
    lines = [b"".join(p[row].tobytes() for p in planes.values()) for row in range(rows)]
    place = len(head) + 8 * rows
    table, chunks = b"", b""
    for row, line in enumerate(lines):
        table += struct.pack("<Q", place + len(chunks))
        chunks += struct.pack("<ii", row, len(line)) + line
    return head + table + chunks


def _bytes(name):
    return name if isinstance(name, bytes) else name.encode()
