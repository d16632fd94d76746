"""How far two scene-referred pictures are apart.

The right answer is 1023 * max |s(a) - s(b)| in linear AP1, where s is the ACEScct curve (Academy
S-2016-001: 10.5402377416545 x + 0.0729055341958355 up to 0.0078125, above (log2 x + 9.72) / 17.52),
less its value at 0, and made odd, s(-x) = -s(x): so a difference of one code is one code of an
ACEScct file of 10 bits, in shadows as in highlights, and below black as above it. Pictures in other
spaces are brought to AP1 first, by the matrices that the Academy prints. The limit of dE never
passes such a picture; that of codes passes it above its figure, and fails it below.
"""

import json
import math

import numpy as np
import pytest

from grade.cli import main
from grade.io import Frame

AP0_TO_AP1 = np.array(  # S-2014-004
    [
        [1.4514393161, -0.2365107469, -0.2149285693],
        [-0.0765537734, 1.1762296998, -0.0996759264],
        [0.0083161484, -0.0060324498, 0.9977163014],
    ]
)
AP1, AP0, REC709 = "lin_ap1_scene", "lin_ap0_scene", "lin_rec709_scene"


def s(x):
    if x < 0:
        return -s(-x)
    if x <= 0.0078125:
        return 10.5402377416545 * x
    return (math.log2(x) + 9.72) / 17.52 - 0.0729055341958355


def codes(a, b, matrix=None):
    m = np.eye(3) if matrix is None else matrix
    return 1023 * max(abs(s(float(x)) - s(float(y))) for x, y in zip(m @ a, m @ b, strict=True))


def grey(value):
    return np.full(3, value)


def color(*values):
    return np.array(values)


# Name, both colors, tag, what is right. One stop above the toe is 1023 / 17.52 codes.
STOP = 1023 / 17.52
CASES = [
    ("a stop at grey", grey(0.18), grey(0.36), AP1, STOP),
    ("a stop at 64", grey(64.0), grey(128.0), AP1, STOP),
    ("a stop above what PQ holds", grey(150.0), grey(300.0), AP1, STOP),
    ("a hundredth of a stop", grey(1.0), grey(2**0.01), AP1, STOP / 100),
    ("deep shadow", grey(0.001), grey(0.002), AP1, 1023 * 10.5402377416545 * 0.001),
    ("black and one code", grey(0.0), grey(1 / 10.5402377416545 / 1023), AP1, 1.0),
    ("below black", grey(-0.02), grey(-0.04), AP1, STOP),
    ("from below black to above", grey(-0.005), grey(0.005), AP1, 1023 * 10.5402377416545 * 0.01),
    ("negative blue of a lamp", color(2.0, 0.4, -0.1), color(2.0, 0.4, -0.4), AP1, 2 * STOP),
    ("chroma at equal light", color(0.18, 0.18, 0.18), color(0.24, 0.16, 0.18), AP1, None),
    ("a neon in AP0", color(4.0, 0.1, 6.0), color(4.0, 0.1, 5.5), AP0, None),
    ("grey in AP0", grey(0.18), grey(0.19), AP0, None),
    ("a lamp in AP0, negative in AP1", color(0.1, 0.1, 8.0), color(0.1, 0.1, 8.5), AP0, None),
    ("Inf and the largest half", grey(np.inf), grey(65504.0), AP1, math.inf),
    ("NaN and a number", grey(np.nan), grey(0.18), AP1, math.inf),
]  # fmt: skip


@pytest.fixture
def pair(tmp_path, request):
    _, a, b, tag, right = request.param
    for name, rgb in (("a", a), ("b", b)):
        pixels = np.full((2, 3, 3), 0.18, np.float32)
        pixels[1, 2] = rgb
        Frame.from_pixels(pixels, tags={"colorInteropID": tag}).write(tmp_path / f"{name}.exr")
    if right is None:
        right = codes(a, b, AP0_TO_AP1 if tag == AP0 else None)
    return str(tmp_path / "a.exr"), str(tmp_path / "b.exr"), right


def diff(capsys, *words):
    capsys.readouterr()
    code = main(["diff", *words])
    return code, capsys.readouterr()


@pytest.mark.parametrize("pair", CASES, indirect=True, ids=[case[0] for case in CASES])
def test_codes_of_scene_pictures(pair, capsys):
    a, b, right = pair
    _, said = diff(capsys, a, b, "--json")
    figures = json.loads(said.out)["frames"][0]
    got = float(figures.get("codes_maximum", "nan"))
    today = figures.get("itp_maximum")
    assert got == pytest.approx(right, rel=1e-4), f"right {right:.5g} codes, got dE ITP {today}"
    assert today is None, "dE ITP of a scene-referred picture"
    assert diff(capsys, a, b, "--max-de", "1e9")[0] == 3
    assert diff(capsys, a, b, "--max-codes", f"{right * 0.99 if right < 1e9 else 1e9}")[0] == 3
    if math.isfinite(right):
        assert diff(capsys, a, b, "--max-codes", f"{right * 1.01}")[0] == 0
        assert diff(capsys, a, b, "--max-codes", f"{right * 1.01}", "--max-de", "0")[0] == 0


def test_display_pictures_are_measured_as_light(tmp_path, capsys):
    for name, value in (("a", 100), ("b", 102)):
        Frame.from_pixels(
            np.full((2, 3, 3), value, np.uint8), tags={"colorInteropID": "g24_rec709_display"}
        ).write(tmp_path / f"{name}.png")
    a, b = str(tmp_path / "a.png"), str(tmp_path / "b.png")
    figures = json.loads(diff(capsys, a, b, "--json")[1].out)["frames"][0]
    assert figures["itp_maximum"] > 0.5 and figures["codes_maximum"] is None
    assert diff(capsys, a, b, "--max-de", "5")[0] == 0
    assert diff(capsys, a, b, "--max-codes", "1e9")[0] == 3  # codes are for scene light


@pytest.mark.parametrize("limit", [["--max-de", "5"], ["--max-codes", "5"]])
def test_an_untagged_float_picture_is_not_guessed(tmp_path, capsys, limit):
    for name, value in (("a", 0.18), ("b", 0.181)):
        Frame.from_pixels(np.full((2, 3, 3), value, np.float32), tags={}).write(
            tmp_path / f"{name}.exr"
        )
    a, b = str(tmp_path / "a.exr"), str(tmp_path / "b.exr")
    code, said = diff(capsys, a, b, *limit)
    assert code == 2 and "--space" in said.err, said.err
    assert diff(capsys, a, b, "--space", "ACEScg", "--max-codes", "1")[0] == 0
    assert diff(capsys, a, b, "--space", "ACEScg", "--max-codes", "0.1")[0] == 3
    assert diff(capsys, a, b)[0] == 0  # the numbers need no space
