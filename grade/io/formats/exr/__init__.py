"""OpenEXR: read by the official binding, written by it or, where that is slow, by writers here."""

from __future__ import annotations

from grade.io.formats.exr.file import Carried, check_magic, decoded, read_exr, write_exr

__all__ = ["Carried", "check_magic", "decoded", "read_exr", "write_exr"]
