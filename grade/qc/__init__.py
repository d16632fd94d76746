"""Quality control: how far pictures are apart."""

from grade.qc.color_difference import Light, delta_e_itp, light_of
from grade.qc.picture_difference import Difference, compare, worst

__all__ = ["Difference", "Light", "compare", "delta_e_itp", "light_of", "worst"]
