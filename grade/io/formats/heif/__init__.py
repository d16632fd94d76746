"""AVIF and HEIF: `file` reads and writes, `items` finds the properties of the picture."""

from grade.io.formats.heif import file as file
