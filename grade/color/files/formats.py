"""The file formats that are read, by suffix, and the largest tables that a file may hold."""

from __future__ import annotations

XML = ("clf", "ctf", "cc", "ccc", "cdl", "look")
PICTURES = ("png",)
BINARY = ("icc", "icm", "pf")
TEXT = ("cube", "3dl", "csp", "spi1d", "spi3d", "spimtx", "vf", "itx", "m3d", "mga", "lut", "cub")
SUFFIXES = tuple(sorted((*XML, *TEXT, *BINARY, *PICTURES)))

LARGEST_CUBE = 129  # nodes along an edge: OpenColorIO's own limit
LONGEST_CURVE = 1 << 20  # entries
