"""Sweep: a CLF whose elements have a prefix is the same XML, so the same transform."""

import pytest

from grade.ops import FileLUT

BODY = (
    '<{p}Matrix inBitDepth="32f" outBitDepth="32f">'
    '<{p}Array dim="3 3">2 0 0 0 1 0 0 0 1</{p}Array></{p}Matrix>'
)
ACADEMY = ('urn:AMPAS:CLF:v3.0" id="a" compCLFversion="3', "")
SMPTE = (
    "http://www.smpte-ra.org/ns/2136-1/2024",
    "<{p}Id>urn:uuid:1a9c2a1c-6ec4-4a3b-8ec0-4e3c8c2d3f11</{p}Id>",
)


@pytest.mark.parametrize("prefix", ["", "ns0", "clf", "a1", "ProcessList"])
@pytest.mark.parametrize(("space", "head"), [ACADEMY, SMPTE])
def test_the_prefix_does_not_count(prefix, space, head, tmp_path):
    p = f"{prefix}:" if prefix else ""
    declared = f'xmlns:{prefix}="{space}"' if prefix else f'xmlns="{space}"'
    text = f"<{p}ProcessList {declared}>{head.format(p=p)}{BODY.format(p=p)}</{p}ProcessList>"
    path = tmp_path / "x.clf"
    path.write_text(f"<?xml version='1.0' encoding='utf-8'?>\n{text}")
    assert FileLUT(path).evaluate([0.2, 0.4, 0.6]) == pytest.approx([0.4, 0.4, 0.6])
