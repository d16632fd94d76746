"""Writing of CDL files: what is read again is equal, and what a CDL cannot hold is refused."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.files.cdl.correction import Correction
from grade.color.files.cdl.read import read_corrections
from grade.color.files.cdl.write import write_corrections
from grade.errors import RequestError


def drawn(count):
    draw = np.random.default_rng(1)
    return [
        Correction(
            f"sh{n:03} <&\">",
            *(tuple(float(v) for v in draw.uniform(0.01, 2, 3)) for _ in range(3)),
            float(draw.uniform(0, 2)),
            (f"shot {n} & more",),
        )
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize("suffix", ["ccc", "cdl", "cc"])
def test_it_comes_back_equal(suffix, tmp_path):
    entries = drawn(1 if suffix == "cc" else 20)
    path = tmp_path / f"x.{suffix}"
    write_corrections(path, entries)
    again = [entry._replace(line=1) for entry in read_corrections(path)]
    assert again == entries
    assert not list(tmp_path.glob(".*"))


def test_opencolorio_reads_it(tmp_path):
    entries = drawn(5)
    write_corrections(tmp_path / "x.ccc", entries)
    theirs = ocio.CDLTransform.CreateGroupFromFile(str(tmp_path / "x.ccc"))
    for mine, other in zip(entries, theirs, strict=True):
        assert other.getID() == mine.identifier
        assert np.allclose(other.getSlope(), mine.slope, rtol=1e-15)
        assert other.getSat() == pytest.approx(mine.saturation, rel=1e-15)


def test_small_numbers_have_no_exponent(tmp_path):
    path = tmp_path / "x.cc"
    write_corrections(path, [Correction("a", offset=(1e-7, -2.5e-9, 0.0))])
    assert "<Offset>0.0000001 -0.0000000025 0</Offset>" in path.read_text()


@pytest.mark.parametrize(
    ("entries", "name", "why"),
    [
        ([], "x.ccc", "0 corrections"),
        (drawn(2), "x.cc", "2 corrections"),
        (drawn(1) * 2, "x.ccc", "two corrections have the id"),
        ([Correction("a", slope=(float("nan"), 1, 1))], "x.cc", "a: a CDL holds finite"),
        ([Correction("a", power=(0, 1, 1))], "x.cc", "a: slope and saturation"),
        (drawn(1), "x.xml", r"\.xml: corrections are written to \.cc, \.ccc, \.cdl"),
    ],
)
def test_what_a_cdl_cannot_hold_is_refused_and_nothing_written(entries, name, why, tmp_path):
    with pytest.raises(RequestError, match=why):
        write_corrections(tmp_path / name, entries)
    assert not list(tmp_path.iterdir())
