"""DPX and Cineon: `file` and `cineon` read and write, `sample_packing` and `header` do the rest."""

from grade.io.formats.dpx import cineon as cineon
from grade.io.formats.dpx import file as file
