"""OpenEXR: read by the official binding; written by it, or by faster writers for ZIP and DWA.

`file` reads and writes. `header`, `raw_header` and `chunk_table` know the layout of a file;
`masked_file` hides from the binding what it would refuse. `zip_reader`,
`zip_writer` and `dwa_writer` with its parts replace the binding where it is slow.
"""

from __future__ import annotations

from grade.io.formats.exr.file import Carried, check_magic, predict_planes, read_exr, write_exr
from grade.io.formats.exr.masked_file import MaskedFile

__all__ = ["Carried", "MaskedFile", "check_magic", "predict_planes", "read_exr", "write_exr"]
