"""Stills of every format whose tags name another color than sRGB, or none that can be known.

What is right follows from the tag: code values through the curve that it states, to XYZ by its
primaries, to the white of ACES by the linear Bradford adaptation of ICC.1, to AP1 (ACES
S-2014-004). It is computed here with NumPy alone; the published values of Display P3, Adobe RGB and
ProPhoto red come from colour-science 0.4.7 and agree to 4e-4. A tag that does not say enough is
asked about: exit code 2, and the message has ``--input``.
"""

import struct

import numpy as np
import pytest

import grade
from grade.errors import RequestError
from grade.io.convert import to_float
from tests.sweep import tagged_files as make

GAMUTS = {
    "rec709": (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290),
    "p3": (0.68, 0.32, 0.265, 0.69, 0.15, 0.06, 0.3127, 0.3290),
    "rec2020": (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290),
    "adobe": (0.64, 0.33, 0.21, 0.71, 0.15, 0.06, 0.3127, 0.3290),
    "prophoto": (0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001, 0.3457, 0.3585),
    "ebu": (0.64, 0.33, 0.29, 0.60, 0.15, 0.06, 0.3127, 0.3290),
    "smpte_c": (0.63, 0.34, 0.31, 0.595, 0.155, 0.07, 0.3127, 0.3290),
}
AP1 = (0.713, 0.293, 0.165, 0.830, 0.128, 0.044, 0.32168, 0.33767)
BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)
CODES = np.array([[[255, 0, 0], [128, 200, 40]], [[20, 90, 250], [235, 235, 235]]], np.uint8)
BIG = np.repeat(np.repeat(CODES, 8, 0), 8, 1)


def xyz(x, y):
    return np.array([x / y, 1, (1 - x - y) / y])


def to_xyz(numbers):
    columns = np.stack([xyz(*numbers[i : i + 2]) for i in (0, 2, 4)], axis=1)
    return columns * np.linalg.solve(columns, xyz(*numbers[6:]))


def expected(gamut, curve, codes=CODES / 255):
    if curve == "srgb":
        light = np.where(codes <= 0.04045, codes / 12.92, ((codes + 0.055) / 1.055) ** 2.4)
    else:
        light = codes**curve
    given, ap1 = GAMUTS[gamut], AP1
    before, after = BRADFORD @ xyz(*given[6:]), BRADFORD @ xyz(*ap1[6:])
    adapt = np.linalg.inv(BRADFORD) @ np.diag(after / before) @ BRADFORD
    return light @ (np.linalg.inv(to_xyz(ap1)) @ adapt @ to_xyz(given)).T


def test_the_oracle_agrees_with_published_values():
    assert np.allclose(expected("p3", "srgb")[0, 0], (0.7358, 0.0472, 0.0036), atol=4e-4)
    assert np.allclose(expected("adobe", 2.19921875)[0, 0], (0.8573, 0.0979, 0.0287), atol=6e-4)
    assert np.allclose(expected("prophoto", 1.8)[0, 0], (1.1711, -0.0650, 0.0084), atol=4e-3)


SRGB_TABLE = [
    float(np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4))
    for v in np.linspace(0, 1, 1024)
]
P3 = make.profile("p3", name="Display P3")
ADOBE = make.profile("adobe", 2.19921875, name="Adobe RGB (1998)")
PROPHOTO = make.profile("prophoto", 1.8, name="ProPhoto RGB")
TABLE = make.profile("prophoto", SRGB_TABLE, name="wide, with a table")
HDR = make.profile("prophoto", more={b"cicp": b"cicp\0\0\0\0" + bytes((9, 16, 0, 1))}, name="PQ")
LUT = make.profile(
    "p3",
    without=(b"rTRC", b"gTRC", b"bTRC"),
    more={b"A2B0": b"mft2" + b"\0" * 60},
    name="scanner seven",
)
CMYK = make.profile("p3", space=b"CMYK", name="press")
TIFF_PRIMARIES = [
    (318, "2I", 2, (31270, 100000, 32900, 100000), True),
    (
        319,
        "2I",
        6,
        tuple(v for n in GAMUTS["adobe"][:6] for v in (round(n * 100000), 100000)),
        True,
    ),
]
LEGAL = np.round(16 + CODES / 255 * 219).astype(np.uint8)
LEGAL_16 = np.round((16 + CODES / 255 * 219) * 256).astype(np.uint16)
NCLX = lambda p, t: b"nclx" + struct.pack(">HHHB", p, t, 0, 128)  # noqa: E731
SAYS = {
    "icc_p3.png": (lambda: make.png(CODES, make.iccp(P3)), "p3", "srgb"),
    "icc_adobe.png": (lambda: make.png(CODES, make.iccp(ADOBE)), "adobe", 2.19921875),
    "icc_prophoto.png": (lambda: make.png(CODES, make.iccp(PROPHOTO)), "prophoto", 1.8),
    "icc_table.png": (lambda: make.png(CODES, make.iccp(TABLE)), "prophoto", "srgb"),
    "icc_srgb.png": (lambda: make.png(CODES, make.iccp(make.profile("rec709"))), "rec709", "srgb"),
    "icc_and_srgb_chunk.png": (
        lambda: make.png(CODES, make.chunk(b"sRGB", b"\0"), make.iccp(P3)), "p3", "srgb"),
    "cicp_before_icc.png": (
        lambda: make.png(CODES, make.cicp(1, 13, 0, 1), make.iccp(PROPHOTO)), "rec709", "srgb"),
    "chrm_p3.png": (
        lambda: make.png(CODES, make.gama(0.45455), make.chrm(GAMUTS["p3"])), "p3", 1 / 0.45455),
    "chrm_2020_linear.png": (
        lambda: make.png(CODES, make.gama(1.0), make.chrm(GAMUTS["rec2020"])), "rec2020", 1.0),
    "srgb_before_chrm.png": (
        lambda: make.png(CODES, make.chunk(b"sRGB", b"\0"), make.gama(0.45455),
                         make.chrm(GAMUTS["p3"])), "rec709", "srgb"),
    "cicp_p3.png": (lambda: make.png(CODES, make.cicp(12, 13, 0, 1)), "p3", "srgb"),
    "narrow_8.png": (lambda: make.png(LEGAL, make.cicp(12, 13, 0, 0)), "p3", "srgb"),
    "narrow_16.png": (lambda: make.png(LEGAL_16, make.cicp(1, 13, 0, 0)), "rec709", "srgb"),
    "cicp_ebu.png": (lambda: make.png(CODES, make.cicp(5, 8, 0, 1)), "ebu", 1.0),
    "cicp_smpte_c.png": (lambda: make.png(CODES, make.cicp(6, 4, 0, 1)), "smpte_c", 2.2),
    "icc_prophoto.tif": (lambda: make.tiff(CODES, iccprofile=PROPHOTO), "prophoto", 1.8),
    "icc_p3.tif": (lambda: make.tiff(CODES, iccprofile=P3), "p3", "srgb"),
    "icc_adobe.jpg": (lambda: make.jpeg(BIG, icc_profile=ADOBE), "adobe", 2.19921875),
    "exif_srgb.jpg": (
        lambda: make.with_app1(make.jpeg(BIG), make.exif({}, {40961: 1})), "rec709", "srgb"),
    "exif_r03.jpg": (
        lambda: make.with_app1(make.jpeg(BIG), make.exif({}, {40961: 65535, 1: b"R03\0"})),
        "adobe", 2.19921875),
    "nclx_p3.avif": (lambda: make.avif(BIG), "rec709", "srgb"),
    "icc_p3.avif": (lambda: make.avif(BIG, icc_profile=P3), "p3", "srgb"),
    "icc_prophoto.avif": (lambda: make.avif(BIG, icc_profile=PROPHOTO), "prophoto", 1.8),
    "icc_adobe.heic": (lambda: make.heic(BIG, icc_profile=ADOBE), "adobe", 2.19921875),
    "icc_prophoto.jp2": (
        lambda: make.jp2(BIG, b"\x02\0\0" + PROPHOTO), "prophoto", 1.8),
    "cicp_p3.jp2": (lambda: make.jp2(BIG, b"\x05\0\0" + bytes((12, 13, 0, 128))), "p3", "srgb"),
    "srgb.jp2": (lambda: make.jp2(BIG), "rec709", "srgb"),
}  # fmt: skip
ASKS = {
    "icc_lut.png": lambda: make.png(CODES, make.iccp(LUT)),
    "icc_cmyk.png": lambda: make.png(CODES, make.iccp(CMYK)),
    "icc_broken.png": lambda: make.png(CODES, make.iccp(P3[:200])),
    "icc_lut.tif": lambda: make.tiff(CODES, iccprofile=LUT),
    "icc_lut.jpg": lambda: make.jpeg(BIG, icc_profile=LUT),
    "icc_lut.avif": lambda: make.avif(BIG, icc_profile=LUT),
    "icc_lut.jp2": lambda: make.jp2(BIG, b"\x02\0\0" + LUT),
    "gama_alone.png": lambda: make.png(CODES, make.gama(0.45455)),
    "chrm_alone.png": lambda: make.png(CODES, make.chrm(GAMUTS["p3"])),
    "cicp_dci.png": lambda: make.png(CODES, make.cicp(11, 17, 0, 1)),
    "cicp_of_nothing.png": lambda: make.png(CODES, make.cicp(22, 18, 0, 1)),
    "primaries_alone.tif": lambda: make.tiff(CODES, extratags=TIFF_PRIMARIES),
}


def look(**spaces):
    made = grade.Look("x", **({"input": "auto", "working": "ACEScg"} | spaces))
    made.outputs["m"] = made.source >> grade.CDL()
    return made


def graded(path):
    frame = grade.read(path)
    floats = {name: to_float(frame.planes[name]) for name in frame.color}  # else integers come back
    found = look().apply(frame.with_planes(floats), device="reference")
    step = found.pixels.shape[0] // 2
    return found.pixels[step // 2 :: step, step // 2 :: step, :3]


@pytest.mark.parametrize("name", SAYS)
def test_a_tag_is_read_as_what_it_says(tmp_path, name):
    build, gamut, curve = SAYS[name]
    (tmp_path / name).write_bytes(build())
    lossy = 0.03 if name.endswith((".jpg", ".avif", ".heic")) else 2e-3
    narrow = 8e-3 if name == "narrow_8.png" else 0
    got, right = graded(tmp_path / name), expected(gamut, curve)
    assert np.allclose(got, right, atol=max(lossy, narrow)), f"{got[0, 0]} is not {right[0, 0]}"


@pytest.mark.parametrize("name", ASKS)
@pytest.mark.parametrize("untagged", [None, "ACES2065-1"])
def test_a_tag_that_says_too_little_is_asked_about(tmp_path, name, untagged):
    (tmp_path / name).write_bytes(ASKS[name]())
    with pytest.raises(RequestError, match=r"--input") as refused:
        look(untagged=untagged).apply(grade.read(tmp_path / name), device="reference")
    assert refused.value.exit_code == 2 and name in str(refused.value)


@pytest.mark.parametrize("name", [n for n in SAYS if "prophoto" in n or "smpte_c" in n])
def test_a_profile_that_no_space_has_contradicts_a_look_of_another_space(tmp_path, name):
    (tmp_path / name).write_bytes(SAYS[name][0]())
    with pytest.raises(RequestError):
        look(input="sRGB - Display").apply(grade.read(tmp_path / name), device="reference")


@pytest.mark.parametrize("suffix", ["png", "tif", "jpg", "jp2"])
def test_a_profile_is_kept_where_the_space_is_not_touched(tmp_path, suffix):
    (tmp_path / "in.tif").write_bytes(make.tiff(BIG, iccprofile=PROPHOTO))
    frame = grade.read(tmp_path / "in.tif")
    again = grade.read(frame.write(tmp_path / f"out.{suffix}"))
    assert again.tags["ICCProfile"] == PROPHOTO


@pytest.mark.parametrize("space", ["sRGB - Display", "sRGB Encoded Rec.709 (sRGB)"])
@pytest.mark.parametrize("name", ["icc_srgb.png", "srgb_before_chrm.png", "srgb.jp2"])
def test_scene_and_display_of_one_encoding_are_no_contradiction(tmp_path, space, name):
    (tmp_path / name).write_bytes(SAYS[name][0]())
    look(input=space).apply(grade.read(tmp_path / name), device="reference")
