"""DPX through a look: words in, words out, by one kernel; dither; what may go into a DPX."""

import json

import numpy as np
import pytest

from grade.cli import main
from grade.graph import Look
from grade.io import Frame, read
from grade.ir.storage import Layout
from grade.render.errors import NotDisplayReferred
from grade.render.frame.destination import Destination
from grade.render.frame.grader import Grader
from grade.run import executor

from ..io import dpx_files
from ..io.pictures import PLATES
from . import shot

LOGC = """\
grade: 2
look: film
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input: ARRI LogC4
working: ARRI LogC4
nodes:
  open: {op: exposure, stops: 0}
outputs:
  log: {from: open, space: ARRI LogC4}
  light: {from: open, space: ACES2065-1}
  sdr: {from: open, display: Rec.1886 Rec.709 - Display, view: Un-tone-mapped}
"""
FORMS = [(10, "filled A"), (10, "filled B"), (10, "packed"), (12, "packed"), (8, "filled A"),
         (16, "filled A")]  # fmt: skip


@pytest.fixture
def look(tmp_path):
    return shot.write_look(tmp_path, LOGC, "film.grade.yaml")


def nothing():
    """A look that hands on what it gets."""
    made = Look("same", input="ARRI LogC4", working="ARRI LogC4")
    made.outputs["log"] = made.source
    return made


@pytest.fixture
def same(tmp_path):
    nothing().save(tmp_path / "same.grade.yaml")
    return tmp_path / "same.grade.yaml"


def plate(folder, bits=10, method="filled A", endian="big", channels=3):
    folder.mkdir(exist_ok=True)
    values = dpx_files.codes(bits, channels, (20, 48))
    dpx_files.write(folder / "a.0001.dpx", values, bits, method, endian)
    return values


def graded(look, *words, device="cpu", code=0):
    assert main(["render", *map(str, (look, *words)), "--device", device]) == code


@pytest.mark.parametrize("endian", ["big", "little"])
@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize(("bits", "method"), FORMS)
def test_an_identity_costs_no_bit(tmp_path, bits, method, endian, channels):
    """By the grader itself: every form of a plate, and the words that the writer gets."""
    values = plate(tmp_path, bits, method, endian, channels)
    frame = read(tmp_path / "a.0001.dpx")
    destination = Destination.parse("log", str(tmp_path / "b.dpx"))
    grader = Grader(nothing(), executor("cpu"), [destination])
    made = grader.grade(frame, 1)["log"].frame
    assert made.native.layout == frame.native.layout, "nothing is left to the writer"
    assert "@frame" not in grader.grade(frame, 1)["log"].knobs, "equal bits are not dithered"
    made.write(tmp_path / "b.dpx")
    assert dpx_files.pixels_of(tmp_path / "b.dpx") == dpx_files.pixels_of(tmp_path / "a.0001.dpx")
    assert np.array_equal(dpx_files.codes_of(read(tmp_path / "b.dpx"), bits), values)


@pytest.mark.skipif(not PLATES.exists(), reason="no plates beside the checkout")
def test_a_plate_of_another_house_through_the_command(tmp_path, look):
    source = PLATES / "dpx_nuke_10bits_rgb.dpx"
    graded(look, source, "-o", f"log={tmp_path}/b.dpx")
    assert dpx_files.pixels_of(tmp_path / "b.dpx") == dpx_files.pixels_of(source)
    made = read(tmp_path / "b.dpx")
    assert made.attributes["dpx:creator"] == "Nuke" and made.attributes["grade:look"] == "film"
    assert made.tags["colorInteropID"] == "ocio:arrilogc4_awg4_scene"


def test_log_in_log_out_on_both_backends(tmp_path, look):
    """A stop of light in LogC4, against the look applied to the same numbers."""
    values = plate(tmp_path)
    source = tmp_path / "a.####.dpx"
    for device in ("cpu", "twin"):
        out = f"log={tmp_path}/{device}.####.dpx"
        graded(look, source, "-o", out, "--set", "open.stops=1", device=device)
    one, other = ((tmp_path / f"{d}.0001.dpx").read_bytes() for d in ("cpu", "twin"))
    assert one == other
    lit = Look.load(look).set({"open.stops": 1.0})
    exact = lit.apply((values / 1023).astype(np.float32), output="log")
    codes = dpx_files.codes_of(read(tmp_path / "cpu.0001.dpx"), 10)
    want = np.floor(np.clip(exact, 0, 1) * np.float32(1023) + np.float32(0.5))
    assert np.array_equal(codes, want)
    assert not np.array_equal(codes, values)


@pytest.mark.parametrize(("bits", "top"), [(8, 255), (10, 1023), (12, 4095), (16, 65535)])
def test_half_into_dpx_is_dithered_where_it_loses(tmp_path, same, bits, top):
    ramp = np.linspace(0.2, 0.8, 64 * 64, dtype=np.float32).astype(np.float16).reshape(64, 64, 1)
    frame = Frame.from_pixels(np.repeat(ramp, 3, -1), frame=7)
    frame.write(tmp_path / "a.####.exr", sync=False)
    source = [tmp_path / "a.####.exr", "-o", f"log={tmp_path}/b.####.dpx", "--bits", bits]
    graded(same, *source, "--force")
    noisy = dpx_files.codes_of(read(tmp_path / "b.0007.dpx"), bits)
    knobs = json.loads(read(tmp_path / "b.0007.dpx").attributes["grade:knobs"])
    graded(same, *source, "--force", "--dither", "none")
    plain = dpx_files.codes_of(read(tmp_path / "b.0007.dpx"), bits)
    exact = np.repeat(ramp, 3, -1).astype(np.float32)
    assert np.array_equal(plain, np.floor(exact * np.float32(top) + np.float32(0.5)))
    if bits == 16:
        assert np.array_equal(noisy, plain) and "@frame" not in knobs
        return
    assert knobs["@frame"] == 7
    assert np.abs(noisy - exact * top).max() <= 1.5 and not np.array_equal(noisy, plain)
    assert abs((noisy - exact * top).mean()) < 0.02  # of 12288 codes, four sigma
    assert not np.array_equal(noisy[..., 0], noisy[..., 1])


def test_the_noise_of_a_frame_is_its_own_and_always_the_same(tmp_path, look):
    for number in (1, 2):
        frame = Frame.from_pixels(np.full((32, 32, 3), 0.4, np.float16), frame=number)
        frame.write(tmp_path / "a.####.exr", sync=False)
    for name in ("b", "c"):
        graded(look, tmp_path / "a.####.exr", "-o", f"log={tmp_path}/{name}.####.dpx")
    first, second, again = (
        dpx_files.pixels_of(tmp_path / name) for name in ("b.0001.dpx", "b.0002.dpx", "c.0001.dpx")
    )
    assert first == again and first != second


def test_ten_bits_go_into_an_exr_as_the_numbers_they_are(tmp_path, same):
    values = plate(tmp_path)
    source = tmp_path / "a.####.dpx"
    graded(same, source, "-o", f"log={tmp_path}/b.####.exr", "--bits", "float")
    pixels = read(tmp_path / "b.0001.exr").pixels
    assert np.array_equal(pixels, (values / np.float64(1023)).astype(np.float32))
    graded(same, tmp_path / "b.####.exr", "-o", f"log={tmp_path}/c.####.dpx", "--dither", "none")
    assert dpx_files.pixels_of(tmp_path / "c.0001.dpx") == dpx_files.pixels_of(
        tmp_path / "a.0001.dpx"
    )


def test_what_may_go_into_a_dpx(tmp_path, look, capsys):
    plate(tmp_path)
    light = (tmp_path / "a.####.dpx", "-o", f"light={tmp_path}/b.####.dpx")
    graded(look, *light, code=NotDisplayReferred.exit_code)
    said = capsys.readouterr().err
    assert "ACES2065-1" in said and "log encoding" in said
    graded(look, tmp_path / "a.####.dpx", "-o", f"sdr={tmp_path}/s.####.dpx")
    assert read(tmp_path / "s.0001.dpx").tags["colorInteropID"] == "g24_rec709_display"
    graded(look, *light, "--as-is")


def test_alpha_goes_through_words(tmp_path):
    """Premultiplied color of an EXR is stored straight, and alpha is never dithered."""
    values = shot.pixels(1, 4)
    frame = Frame.from_pixels(values, frame=1)
    destination = Destination.parse("log", str(tmp_path / "b.dpx"))
    made = Grader(nothing(), executor("cpu"), [destination]).grade(frame, 1)["log"].frame
    made.write(tmp_path / "b.dpx")
    again = read(tmp_path / "b.dpx")
    assert again.alpha == "straight" and again.native.layout == Layout(4, "u10")
    alpha = values[..., 3].astype(np.float32)
    want = np.floor(alpha * np.float32(1023) + np.float32(0.5))
    assert np.array_equal(dpx_files.codes_of(again, 10)[..., 3], want)


def test_the_journal_knows_what_a_reader_gets(tmp_path, look):
    """Foreseen planes are those that are read back."""
    from grade.io import WriteOptions, format_for

    for bits, method in FORMS:
        folder = tmp_path / f"{bits}{method[-1]}"
        plate(folder, bits, method)
        frame = read(folder / "a.0001.dpx")
        foreseen = format_for(folder / "b.dpx").predict_planes(frame, WriteOptions())
        frame.write(folder / "b.dpx")
        found = read(folder / "b.dpx").planes
        assert all(np.array_equal(foreseen[name], found[name]) for name in "RGB")
