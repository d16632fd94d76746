"""Quality control: differences of pictures, and agreement with OpenColorIO."""

from grade.qc.color_difference import Encoding, delta_e_itp, find_encoding
from grade.qc.limits import Limits
from grade.qc.picture_difference import Difference, compare, worst
from grade.qc.scene_codes import count_codes

__all__ = [
    "Difference", "Encoding", "Limits", "compare", "count_codes", "delta_e_itp", "find_encoding",
    "worst",
]  # fmt: skip
