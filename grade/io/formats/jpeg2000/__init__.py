"""JPEG 2000 through imagecodecs: `file` reads and writes, `codestream` knows the headers."""

from grade.io.formats.jpeg2000 import file as file
