"""Quality control: differences of pictures, and agreement with OpenColorIO."""

from grade.qc.color_difference import Encoding, delta_e_itp, detect_encoding
from grade.qc.picture_difference import Difference, compare, worst

__all__ = ["Difference", "Encoding", "compare", "delta_e_itp", "detect_encoding", "worst"]
