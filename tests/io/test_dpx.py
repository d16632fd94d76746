"""DPX: every depth, filling and order, against OpenImageIO; what is refused, and by which name."""

import itertools

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from grade.io import Frame, LayerError, ReadError, UnsupportedError, Window, read
from grade.io.formats.dpx.sample_packing import METHOD_A, METHOD_B, PACKED, SamplePacking
from grade.ir.storage import Layout

from . import dpx_files
from .pictures import PLATES

FORMS = list(itertools.product((8, 10, 12, 16), dpx_files.METHODS, ("big", "little"), (3, 4)))


@pytest.mark.parametrize(("bits", "method", "endian", "channels"), FORMS)
def test_what_openimageio_writes_is_read_and_written_again(
    tmp_path, bits, method, endian, channels
):
    values = dpx_files.codes(bits, channels)
    dpx_files.write(tmp_path / "a.dpx", values, bits, method, endian)
    frame = read(tmp_path / "a.dpx")
    assert frame.alpha == ("straight" if channels == 4 else "none")
    assert np.array_equal(dpx_files.codes_of(frame, bits), values)
    frame.write(tmp_path / "b.dpx")
    assert np.array_equal(dpx_files.read(tmp_path / "b.dpx", bits), values)
    assert dpx_files.pixels_of(tmp_path / "a.dpx") == dpx_files.pixels_of(tmp_path / "b.dpx")
    said = read(tmp_path / "b.dpx").attributes
    assert (said["dpx:bits"], said["dpx:endian"]) == (bits, endian)


@pytest.mark.parametrize(("bits", "method", "endian", "channels"), FORMS)
def test_lines_of_any_width(tmp_path, bits, method, endian, channels):
    for width in (1, 2, 3, 5, 13):
        values = dpx_files.codes(bits, channels, (3, width), width)
        dpx_files.write(tmp_path / "a.dpx", values, bits, method, endian)
        frame = read(tmp_path / "a.dpx")
        assert np.array_equal(dpx_files.codes_of(frame, bits), values), width
        frame.write(tmp_path / "b.dpx")
        if bits == 10 and method != "packed" and width * channels % 3:
            # OpenImageIO 3.2 takes the last sample of such a line for 0, in its own files too.
            one, other = (dpx_files.pixels_of(tmp_path / name) for name in ("a.dpx", "b.dpx"))
            assert one == other, width
        else:
            assert np.array_equal(dpx_files.read(tmp_path / "b.dpx", bits), values), width


@pytest.mark.parametrize("big", [True, False])
@pytest.mark.parametrize("method", [METHOD_A, METHOD_B])
@pytest.mark.parametrize("channels", [3, 4])
def test_twelve_bits_filled_are_read_by_openimageio(tmp_path, big, method, channels):
    """OpenImageIO writes twelve bits packed alone, and reads the other two."""
    values = dpx_files.codes(12, channels)
    name = {METHOD_A: "filled A", METHOD_B: "filled B"}[method]
    frame = Frame.from_pixels(
        dpx_files.wide(values, 12),
        alpha="straight" if channels == 4 else None,
        attributes={"dpx:packing": name, "dpx:endian": "big" if big else "little"},
    )
    frame.write(tmp_path / "a.dpx", 12)
    again = read(tmp_path / "a.dpx")
    assert again.attributes["dpx:packing"] == name
    assert np.array_equal(dpx_files.codes_of(again, 12), values)
    assert np.array_equal(dpx_files.read(tmp_path / "a.dpx", 12), values)


@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_abgr(tmp_path, bits):
    values = dpx_files.codes(bits, 4)
    frame = Frame.from_pixels(
        dpx_files.wide(values, bits), alpha="straight", attributes={"dpx:order": "ABGR"}
    )
    frame.write(tmp_path / "a.dpx", bits)
    data = (tmp_path / "a.dpx").read_bytes()
    assert data[800] == 52
    assert np.array_equal(dpx_files.codes_of(read(tmp_path / "a.dpx"), bits), values)
    read(tmp_path / "a.dpx").write(tmp_path / "b.dpx")
    assert (tmp_path / "b.dpx").read_bytes() == data
    dpx_files.poke(tmp_path / "a.dpx", 800, "B", 51)  # taken for RGBA it is the other way round
    turned = dpx_files.codes_of(read(tmp_path / "a.dpx"), bits)
    assert np.array_equal(turned, values[..., ::-1])


def test_a_frame_holds_the_words_of_the_file(tmp_path):
    dpx_files.write(tmp_path / "a.dpx", dpx_files.codes(10, 3), 10)
    frame = read(tmp_path / "a.dpx")
    assert frame.native.layout == Layout.packed("10a_big")
    assert frame.native.picture.tobytes() == dpx_files.pixels_of(tmp_path / "a.dpx")
    assert "10a_big" in repr(frame) and set(frame.planes) == {"R", "G", "B"}
    assert frame.planes["G"] is frame.planes["G"] and frame.planes["G"].dtype == np.uint16
    changed = frame.with_planes({"R": frame.planes["R"] // 2})
    assert changed.native is None and np.array_equal(changed.planes["B"], frame.planes["B"])
    with pytest.raises(KeyError):
        frame.planes["A"]


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.uint8, np.uint16])
@pytest.mark.parametrize("bits", [8, 10, 12, 16])
def test_planes_are_held_and_rounded_half_up(tmp_path, dtype, bits):
    random = np.random.default_rng(2)
    if np.dtype(dtype).kind == "f":
        values = random.normal(0.5, 0.6, (6, 7, 3)).astype(dtype)
        values[0, :4, 0] = [np.nan, np.inf, -np.inf, 1.0]
        unit = np.nan_to_num(values.astype(np.float32), nan=0, posinf=2, neginf=-2)
    else:
        values = random.integers(0, np.iinfo(dtype).max, (6, 7, 3), dtype, endpoint=True)
        unit = values.astype(np.float32) / np.float32(np.iinfo(dtype).max)
    top = (1 << bits) - 1
    want = np.floor(np.clip(unit, 0, 1) * np.float32(top) + np.float32(0.5)).astype(int)
    Frame.from_pixels(values).write(tmp_path / "a.dpx", bits)
    assert np.array_equal(dpx_files.codes_of(read(tmp_path / "a.dpx"), bits), want)


def test_what_bits_a_frame_gets(tmp_path):
    def bits_of(frame, asked=None):
        frame.write(tmp_path / "a.dpx", asked)
        return read(tmp_path / "a.dpx").attributes["dpx:bits"]

    made = {dtype: Frame.from_pixels(np.ones((2, 2, 3), dtype)) for dtype in ("u1", "u2", "f2")}
    assert [bits_of(frame) for frame in made.values()] == [8, 16, 10]
    assert bits_of(made["f2"], 12) == 12
    dpx_files.write(tmp_path / "b.dpx", dpx_files.codes(12, 3), 12)
    frame = read(tmp_path / "b.dpx")
    assert bits_of(frame) == 12
    assert bits_of(frame.with_pixels(frame.pixels)) == 12
    with pytest.raises(UnsupportedError, match="8, 10, 12, 16"):
        frame.write(tmp_path / "c.dpx", "half")
    mixed = Frame.from_pixels(np.full((2, 2, 3), 0.5, np.float32))
    mixed = mixed.with_planes({"R": np.full((2, 2), 255, np.uint8)})
    mixed.write(tmp_path / "m.dpx")
    assert np.array_equal(dpx_files.codes_of(read(tmp_path / "m.dpx"), 10)[0, 0], [1023, 512, 512])


def test_premultiplied_color_is_stored_straight(tmp_path):
    values = np.array([[[0.25, 0.125, 0.0, 0.5], [0.5, 0.25, 1.0, 0.0]]], np.float16)
    Frame.from_pixels(values).write(tmp_path / "a.dpx", 8)
    again = read(tmp_path / "a.dpx").pixels
    assert np.array_equal(again[0], [[128, 64, 0, 128], [128, 64, 255, 0]])


def test_the_display_window_is_what_is_written(tmp_path):
    values = np.full((4, 6, 3), 1.0, np.float32)
    windows = {"data_window": Window(-1, 1, 4, 4), "display_window": Window(0, 0, 7, 3)}
    Frame.from_pixels(values, **windows).write(tmp_path / "a.dpx")
    codes = dpx_files.codes_of(read(tmp_path / "a.dpx"), 10)[..., 0]
    assert codes.shape == (4, 8)
    assert (codes[1:4, :5] == 1023).all() and not codes[0].any() and not codes[:, 5:].any()


def test_same_frame_same_bytes(tmp_path):
    frame = Frame.from_pixels(np.random.default_rng(1).random((5, 7, 3), dtype=np.float32))
    frame.write(tmp_path / "a.dpx")
    frame.write(tmp_path / "b.dpx")
    assert (tmp_path / "a.dpx").read_bytes() == (tmp_path / "b.dpx").read_bytes()


@pytest.mark.parametrize(("orientation", "axes"), [(1, (1,)), (2, (0,)), (3, (0, 1))])
def test_pictures_that_stand_on_their_head_are_turned(tmp_path, orientation, axes):
    values = dpx_files.codes(10, 3)
    dpx_files.write(tmp_path / "a.dpx", values, 10)
    dpx_files.poke(tmp_path / "a.dpx", 768, "H", orientation)
    frame = read(tmp_path / "a.dpx")
    assert np.array_equal(dpx_files.codes_of(frame, 10), np.flip(values, axes))
    frame.write(tmp_path / "b.dpx")
    assert np.array_equal(dpx_files.read(tmp_path / "b.dpx", 10), np.flip(values, axes))


@pytest.mark.parametrize("bits", [8, 16])
def test_lines_that_are_padded(tmp_path, bits):
    """The standard begins each line with a word of 32 bits; OpenImageIO does not."""
    values = dpx_files.codes(bits, 3, (4, 5))
    dpx_files.write(tmp_path / "a.dpx", values, bits)
    data = (tmp_path / "a.dpx").read_bytes()
    head, pixels = data[:8192], data[8192:]
    line = len(pixels) // 4
    padded = b"".join(pixels[k * line : (k + 1) * line] + bytes(-line % 4) for k in range(4))
    (tmp_path / "b.dpx").write_bytes(head + padded)
    assert np.array_equal(dpx_files.codes_of(read(tmp_path / "b.dpx"), bits), values)
    stated = b"".join(pixels[k * line : (k + 1) * line] + bytes(8) for k in range(4))
    (tmp_path / "c.dpx").write_bytes(head + stated)
    dpx_files.poke(tmp_path / "c.dpx", 812, "I", 8)
    assert np.array_equal(dpx_files.codes_of(read(tmp_path / "c.dpx"), bits), values)


@pytest.mark.parametrize(
    ("bits", "name", "big"), [(8, "filled A", True), (10, "filled A", True),
    (10, "filled A", False), (12, "filled A", True), (16, "filled A", True)],
)  # fmt: skip
def test_ffmpeg_agrees(tmp_path, bits, name, big):
    av = pytest.importorskip("av", reason="PyAV is not installed (extra movie)")
    values = dpx_files.codes(bits, 3)
    said = {"dpx:packing": name, "dpx:endian": "big" if big else "little"}
    frame = Frame.from_pixels(dpx_files.wide(values, bits), attributes=said)
    frame.write(tmp_path / "a.dpx", bits)
    with av.open(str(tmp_path / "a.dpx")) as container:
        picture = next(container.decode(video=0))
    kind, planes = picture.format, [np.frombuffer(plane, np.uint8) for plane in picture.planes]
    height, width = values.shape[:2]
    word = np.uint8 if bits == 8 else np.dtype(">u2" if "be" in kind.name else "<u2")
    lines = [p.view(word).reshape(height, -1) for p in planes]
    if kind.is_planar:  # green, blue, red
        green, blue, red = (line[:, :width] for line in lines)
        found = np.stack((red, green, blue), -1)
    else:
        found = lines[0][:, : 3 * width].reshape(height, width, 3)
    assert np.array_equal(found, values)


REFUSED = [
    (800, "B", 6, LayerError, "luma alone"),
    (800, "B", 100, LayerError, "CbYCrY"),
    (800, "B", 77, LayerError, "descriptor 77"),
    (803, "B", 32, UnsupportedError, "DPX of 32 bits"),
    (803, "B", 1, UnsupportedError, "DPX of 1 bits"),
    (804, "H", 5, UnsupportedError, "packing 5"),
    (806, "H", 1, UnsupportedError, "run-length"),
    (780, "I", 1, UnsupportedError, "signed"),
    (770, "H", 3, UnsupportedError, "3 image elements"),
    (768, "H", 4, UnsupportedError, "upright"),
    (772, "I", 0, ReadError, "0x9 pixels"),
    (776, "I", 1 << 31, ReadError, "pixels"),
    (776, "I", 70000, ReadError, "cut short"),
]


@pytest.mark.parametrize(("offset", "form", "value", "error", "words"), REFUSED)
def test_what_is_not_read_is_refused_by_name(tmp_path, offset, form, value, error, words):
    dpx_files.write(tmp_path / "a.dpx", dpx_files.codes(10, 3), 10)
    dpx_files.poke(tmp_path / "a.dpx", offset, form, value)
    with pytest.raises(error, match=words) as caught:
        read(tmp_path / "a.dpx")
    assert "a.dpx" in str(caught.value)


@pytest.mark.parametrize("place", [100, 1 << 30])
def test_pixels_that_begin_nowhere_are_refused(tmp_path, place):
    dpx_files.write(tmp_path / "a.dpx", dpx_files.codes(10, 3), 10)
    for offset in (4, 808):
        dpx_files.poke(tmp_path / "a.dpx", offset, "I", place)
    with pytest.raises(ReadError, match=f"pixels at {place} of"):
        read(tmp_path / "a.dpx")


def test_other_files_and_short_ones(tmp_path):
    path = tmp_path / "a.dpx"
    for data, words in [
        (b"", "is empty"),
        (b"PNG" * 999, "is no DPX"),
        (b"SDPX" * 9, "its header"),
    ]:
        path.write_bytes(data)
        with pytest.raises(ReadError, match=words):
            read(path)
    dpx_files.write(path, dpx_files.codes(10, 3), 10)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ReadError, match="1727 bytes of pixels, 1728 are needed"):
        read(path)
    with pytest.raises(LayerError, match="no layers"):
        read(path, layer="left")


@pytest.mark.skipif(not PLATES.exists(), reason="no plates beside the checkout")
def test_a_file_of_another_house(tmp_path):
    path = PLATES / "dpx_nuke_10bits_rgb.dpx"
    frame = read(path)
    assert frame.attributes["dpx:creator"] == "Nuke" and frame.pixel_aspect == 1.0
    assert np.array_equal(dpx_files.codes_of(frame, 10), dpx_files.read(path, 10))
    frame.write(tmp_path / "a.dpx")
    assert dpx_files.pixels_of(tmp_path / "a.dpx") == dpx_files.pixels_of(path)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from((8, 10, 12, 16)),
    st.sampled_from((PACKED, METHOD_A, METHOD_B)),
    st.booleans(),
    st.sampled_from((3, 4)),
    st.booleans(),
    st.integers(1, 40),
    st.integers(1, 5),
    st.integers(0, 2**32 - 1),
)
def test_every_packing_gives_back_what_it_was_given(
    bits, packing, big, channels, turned, width, height, seed
):
    samples = SamplePacking(bits, packing, big, channels, turned and channels == 4)
    values = dpx_files.codes(bits, channels, (height, width), seed)
    pixels = dpx_files.wide(values, bits)
    frame = Frame.from_pixels(pixels, alpha="straight" if channels == 4 else None)
    words = samples.pack(frame)
    assert words.dtype == samples.word and words.shape == (height, samples.words_per_row(width))
    native = samples.unpack(words, width)
    again = frame.with_native(native)
    assert np.array_equal(dpx_files.codes_of(again, bits), values)
    assert np.array_equal(samples.pack(again), words)
