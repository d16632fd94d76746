"""TIFF through tifffile."""

from grade.io.formats.tiff import file as file
