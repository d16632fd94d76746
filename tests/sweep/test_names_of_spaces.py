"""The space that somebody meant, for names as people write them.

The right answer is what the words say: the name of a curve and a gamut is meant where it is given
in part, in another order or without its punctuation, and the number of a curve is no typing error.
"""

import pytest

from grade.color.config.config import open_config
from grade.color.errors import UnknownSpace

MEANT = [
    ("ARRI LogC3", "ARRI LogC3 (EI800)"),
    ("LogC3", "ARRI LogC3 (EI800)"),
    ("arri logc 3", "ARRI LogC3 (EI800)"),
    ("LogC4", "ARRI LogC4"),
    ("ARRI Log C4", "ARRI LogC4"),
    ("S-Log3", "S-Log3 S-Gamut3"),
    ("SGamut3.Cine S-Log3", "S-Log3 S-Gamut3.Cine"),
    ("Sony SLog3 SGamut3Cine", "S-Log3 S-Gamut3.Cine"),
    ("V-Log", "V-Log V-Gamut"),
    ("VLog", "V-Log V-Gamut"),
    ("Log3G10", "Log3G10 REDWideGamutRGB"),
    ("REDWideGamut Log3G10", "Log3G10 REDWideGamutRGB"),
    ("Canon Log 3", "CanonLog3 CinemaGamut D55"),
    ("Canon Log 2", "CanonLog2 CinemaGamut D55"),
    ("ACES2065", "ACES2065-1"),
    ("ACEScgg", "ACEScg"),
    ("sRGB display", "sRGB - Display"),
    ("Rec.1886 display", "Rec.1886 Rec.709 - Display"),
    ("DaVinci Intermediate", "DaVinci Intermediate WideGamut"),
    ("Wide Gamut 4 linear", "Linear ARRI Wide Gamut 4"),
]


@pytest.mark.parametrize(("written", "meant"), MEANT, ids=[written for written, _ in MEANT])
def test_the_nearest_by_meaning_comes_first(written, meant):
    with pytest.raises(UnknownSpace) as refused:
        open_config().space(written)
    nearest = str(refused.value).partition("Nearest: ")[2].rstrip(".").split(", ")
    assert nearest[0] == meant
