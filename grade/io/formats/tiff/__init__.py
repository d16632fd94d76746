"""TIFF through tifffile: `file` reads and writes, `pages` finds the picture and its samples."""

from grade.io.formats.tiff import file as file
