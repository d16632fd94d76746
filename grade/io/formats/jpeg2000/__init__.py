"""JPEG 2000 through imagecodecs."""

from grade.io.formats.jpeg2000 import file as file
