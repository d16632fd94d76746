"""DPX, and Cineon before it."""

from grade.io.formats.dpx import cineon as cineon
from grade.io.formats.dpx import file as file
