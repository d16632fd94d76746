"""Quality control: how far pictures are apart."""

from grade.qc.difference import Difference, compare, worst
from grade.qc.itp import Light, delta_e_itp, light_of

__all__ = ["Difference", "Light", "compare", "delta_e_itp", "light_of", "worst"]
