"""DPX headers: every field goes through, what is undefined stays so, and EXR has what it has."""

import struct
from fractions import Fraction

import numpy as np
import OpenEXR
import OpenImageIO as oiio
import pytest

from grade.io import Frame, read
from grade.io.formats.dpx import color_tags, extra_attributes, header_fields, timecode
from grade.io.formats.left_out import tell_left_out
from grade.io.formats.smpte_timecode import code_of_text

from . import dpx_files

# A value for each field, unlike any other and unlike what a writer would put there by itself.
SET = {
    field.name: "7" * min(field.count, 4) + field.name[: max(field.count - 4, 0)]
    if field.type == "s"
    else " ".join(str(3 + i) for i in range(field.count))
    if field.count > 1
    else 0.125 * number
    if field.type == "f"
    else 2 + number
    for number, field in enumerate(header_fields.KEPT, 3)
}
SET["timecode"], SET["user_bits"] = 0x01020304, 0x87654321
SET["pixel_aspect"] = "2 1"
SET |= {"film_manufacturer": "01", "film_type": "12", "film_prefix": "123456"}
SET |= {"film_count": "0789", "film_perforation_offset": "07"}
SET["frame_rate"] = SET["film_frame_rate"] = 25.0


def header(path):
    return path.read_bytes()[: header_fields.SIZE]


def fields_of(path):
    order = ">" if header(path)[:4] == b"SDPX" else "<"
    return header_fields.unpack(header(path), header_fields.KEPT, order)


def frame(**attributes):
    values = np.random.default_rng(1).random((4, 6, 3), dtype=np.float32)
    attributes = {f"dpx:{name}": value for name, value in attributes.items()}
    return Frame.from_pixels(values, attributes=attributes)


@pytest.fixture(params=["big", "little"])
def full(request, tmp_path):
    """A file with every field set, and user data."""
    path = tmp_path / "full.dpx"
    order = ">" if request.param == "big" else "<"
    structure = {
        "image_offset": 8192, "version": "V2.0", "file_size": 8192 + 96, "generic_size": 1664,
        "industry_size": 384, "user_size": 44, "orientation": 0, "elements": 1, "width": 6,
        "height": 4, "data_sign": 0, "descriptor": 50, "transfer": 1, "colorimetric": 1,
        "bits": 10, "packing": 1, "encoding": 0, "data_offset": 8192,
        "line_padding": 0, "image_padding": 0,
    }  # fmt: skip
    data = header_fields.pack(SET | structure, order)
    user = b"HOUSE".ljust(32, b"\0") + bytes(range(12))
    pixels = np.random.default_rng(1).integers(0, 256, 96, np.uint8).tobytes()
    path.write_bytes(bytes(data) + user + b"\xff" * (8192 - 2048 - 44) + pixels)
    return path


def test_the_fields_do_not_overlap_and_fill_the_header():
    taken = bytearray(header_fields.SIZE)
    sizes = {"B": 1, "H": 2, "I": 4, "f": 4, "s": 1}
    for field in (*header_fields.STRUCTURE, *header_fields.KEPT):
        place = slice(field.offset, field.offset + sizes[field.type] * field.count)
        assert not any(taken[place]), field
        taken[place] = b"\1" * len(taken[place])
    elements = slice(780 + 72, 780 + 8 * 72)  # the other seven
    reserved = [(0, 4), (664, 768), (1356, 1408), (1644, 1664), (1864, 1920), (1931, 1932)]
    for start, end in (*reserved, (1972, 2048)):
        taken[start:end] = b"\1" * (end - start)
    taken[elements] = b"\1" * len(taken[elements])
    assert all(taken)


def test_every_field_goes_from_dpx_to_dpx(full, tmp_path):
    assert set(fields_of(full)) == {field.name for field in header_fields.KEPT}
    read(full).write(tmp_path / "again.dpx")
    assert fields_of(tmp_path / "again.dpx") == fields_of(full)
    # The whole header is the same, but for what the reserved bytes and offsets are.
    assert header(tmp_path / "again.dpx") == header(full)
    assert (tmp_path / "again.dpx").read_bytes()[2048 : 2048 + 44] == full.read_bytes()[2048:2092]
    assert dpx_files.pixels_of(tmp_path / "again.dpx") == dpx_files.pixels_of(full)


def test_every_field_goes_by_way_of_an_exr(full, tmp_path):
    read(full).write(tmp_path / "a.exr")
    read(tmp_path / "a.exr").write(tmp_path / "again.dpx")
    assert fields_of(tmp_path / "again.dpx") == fields_of(full)
    there = OpenEXR.File(str(tmp_path / "a.exr"), header_only=True).header()
    assert there["timeCode"].hours == 1 and there["timeCode"].userData == 0x87654321
    assert there["framesPerSecond"] == Fraction(25) and there["pixelAspectRatio"] == 2.0
    assert (there["keyCode"].prefix, there["keyCode"].count) == (123456, 789)
    again = read(tmp_path / "again.dpx")
    assert np.array_equal(dpx_files.codes_of(again, 10), dpx_files.codes_of(read(full), 10))


def test_undefined_fields_are_none_and_stay_undefined(tmp_path):
    frame().write(tmp_path / "a.dpx")
    made = read(tmp_path / "a.dpx")
    assert not fields_of(tmp_path / "a.dpx") and made.timecode is None and made.tags == {}
    assert set(made.attributes) == {"dpx:bits", "dpx:packing", "dpx:endian", "dpx:order"}
    head = header(tmp_path / "a.dpx")
    assert head[1724:1728] == head[1940:1944] == head[1920:1924] == b"\xff" * 4
    for offset, raw in [(1948, 0x7F800000), (1952, 0x00000007), (1956, 0xFFC00001)]:
        dpx_files.poke(tmp_path / "a.dpx", offset, "I", raw)
    assert not fields_of(tmp_path / "a.dpx"), "infinite, denormal, NaN: nobody has set them"


def test_openimageio_reads_the_fields(tmp_path):
    said = {"creator": "a scanner", "copyright": "a house", "film_slate": "12A take 3"}
    made = frame(**said, film_frame_rate=24.0, frame_rate=24.0)
    made.write(tmp_path / "a.dpx")
    spec = oiio.ImageInput.open(str(tmp_path / "a.dpx")).spec()
    assert spec.getattribute("Software") == "a scanner"
    assert spec.getattribute("Copyright") == "a house"
    assert spec.getattribute("dpx:SlateInfo") == "12A take 3"
    assert spec.getattribute("dpx:FrameRate") == 24.0


# --- timecode, keycode, rate, aspect --------------------------------------------------------------


@pytest.mark.parametrize("text", ["01:02:03:04", "23:59:59:24", "10:00:00;02", "00:00:00:00"])
def test_timecode_from_exr_to_dpx_and_back(tmp_path, text):
    made = Frame.from_pixels(np.zeros((2, 2, 3), np.float16), timecode=text)
    made.write(tmp_path / "a.exr")
    read(tmp_path / "a.exr").write(tmp_path / "b.dpx")
    frame = read(tmp_path / "b.dpx")
    assert frame.timecode == text
    frame.write(tmp_path / "c.exr")
    assert read(tmp_path / "c.exr").timecode == text
    value = oiio.ImageInput.open(str(tmp_path / "b.dpx")).spec().getattribute("smpte:TimeCode")
    assert value[0] == timecode.timecode_words(code_of_text(text, None, OpenEXR))[0]


def test_flags_and_user_bits_of_a_timecode():
    code = OpenEXR.TimeCode(1, 2, 3, 4, 1, 0, 1, 0, 1, 1, 1, 2, 3, 4, 5, 6, 7, 8)
    word, user = timecode.timecode_words(code)
    assert user == 0x87654321
    again = timecode.timecode_of_words(word, user)
    assert timecode.timecode_words(again) == (word, user)
    flags = ("dropFrame", "colorFrame", "fieldPhase", "bgf0", "bgf1", "bgf2")
    assert [getattr(again, f) for f in flags] == [getattr(code, f) for f in flags]
    assert timecode.timecode_of_words(0x01020A04, 0) is None, "ten is no digit"
    assert timecode.timecode_of_words(0x29000000, 0) is None, "nor is there a 29th hour"


def test_a_changed_timecode_replaces_the_old_one(full, tmp_path):
    from dataclasses import replace

    frame = read(full)
    assert frame.timecode == "01:02:03:04"
    replace(frame, timecode="05:06:07:08").write(tmp_path / "a.dpx")
    assert fields_of(tmp_path / "a.dpx")["timecode"] == 0x05060708
    replace(frame, timecode=None).write(tmp_path / "b.dpx")
    assert "timecode" not in fields_of(tmp_path / "b.dpx")


def test_keycode_both_ways(tmp_path):
    code = OpenEXR.KeyCode(1, 12, 123456, 789, 7, 3, 48)
    made = Frame.from_pixels(np.zeros((2, 2, 3), np.float16), attributes={"keyCode": code})
    made.write(tmp_path / "a.exr")
    read(tmp_path / "a.exr").write(tmp_path / "b.dpx")
    assert header(tmp_path / "b.dpx")[1664:1680] == b"0112071234560789"
    read(tmp_path / "b.dpx").write(tmp_path / "c.exr")
    again = read(tmp_path / "c.exr").attributes["keyCode"]
    names = ("filmMfcCode", "filmType", "prefix", "count", "perfOffset", "perfsPerFrame")
    assert [getattr(again, n) for n in names] == [getattr(code, n) for n in names]
    assert again.perfsPerCount == 48
    assert timecode.keycode_of_fields({"film_manufacturer": "KO", "film_type": "12"}) is None


@pytest.mark.parametrize(
    ("stated", "meant"),
    [(23.976, "24000/1001"), (23.98, "24000/1001"), (24.0, "24"), (29.97, "30000/1001"),
     (59.94, "60000/1001"), (25.0, "25"), (12.5, "25/2"), (18.0, "18")],
)  # fmt: skip
def test_a_rate_is_the_fraction_that_is_meant(stated, meant):
    assert timecode.frame_rate({"frame_rate": float(np.float32(stated))}) == Fraction(meant)


@pytest.mark.parametrize("nonsense", [0.0, -24.0, 1e30])
def test_a_rate_that_makes_no_sense_is_none(nonsense):
    assert timecode.frame_rate({"frame_rate": nonsense}) is None


def test_rate_and_aspect_from_exr(tmp_path):
    made = Frame.from_pixels(
        np.zeros((2, 2, 3), np.float16),
        attributes={"framesPerSecond": Fraction(24000, 1001)},
        pixel_aspect=1.3333,
    )
    made.write(tmp_path / "a.exr")
    read(tmp_path / "a.exr").write(tmp_path / "b.dpx")
    frame = read(tmp_path / "b.dpx")
    assert frame.attributes["framesPerSecond"] == Fraction(24000, 1001)
    assert frame.pixel_aspect == pytest.approx(1.3333, abs=1e-6)


# --- what has no field ----------------------------------------------------------------------------


def test_attributes_without_a_field_go_through(tmp_path):
    said = {
        "camera": "a camera", "take": 7, "gain": 0.1, "negative": -(2**31), "ratio": Fraction(3, 7),
        "matrix": np.arange(9, dtype=np.float32).reshape(3, 3), "grade:look": "dusk", "empty": "",
        "words": 'a "quoted" \\ line\nand another',
    }  # fmt: skip
    made = Frame.from_pixels(np.zeros((2, 2, 3), np.float16), attributes=said)
    made.write(tmp_path / "a.dpx")
    found = read(tmp_path / "a.dpx").attributes
    for name, value in said.items():
        assert np.array_equal(found[name], value) and type(found[name]) is type(value), name
    from grade.render.frame import provenance

    assert provenance.is_marked(tmp_path / "a.dpx")
    read(tmp_path / "a.dpx").write(tmp_path / "b.exr")
    assert read(tmp_path / "b.exr").attributes["take"] == 7


@pytest.mark.parametrize(
    "gap", [b"", b"\xff" * 64, extra_attributes.MARK, extra_attributes.MARK + b"a\0b\0c"]
)
def test_a_gap_with_something_else_holds_nothing(gap):
    assert extra_attributes.unpack(gap) == {}


def test_what_does_not_fit_is_left_out_with_a_word(tmp_path, caplog):
    tell_left_out.cache_clear()
    for name, value, words in [
        ("border", "1 2", "takes 4 numbers"),
        ("interlace", 999, "dpx:interlace = 999"),
        ("gamma", "dark", "dpx:gamma"),
    ]:
        frame(**{name: value}).write(tmp_path / "a.dpx")
        assert name not in fields_of(tmp_path / "a.dpx")
        assert words in caplog.text
    frame(film_type="é" * 9).write(tmp_path / "a.dpx")  # a text is cut, between characters
    assert fields_of(tmp_path / "a.dpx")["film_type"] == "é"


def test_reference_codes_go_with_their_bits(full, tmp_path):
    read(full).write(tmp_path / "a.dpx", 16)
    assert "reference_high_code" not in fields_of(tmp_path / "a.dpx")
    assert "reference_high" in fields_of(tmp_path / "a.dpx")


# --- color ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("identity", "numbers"),
    [
        ("g24_rec709_display", (6, 6)),
        ("lin_rec709_scene", (2, 6)),
        ("lin_ap0_scene", (2, 0)),
        ("ocio:arrilogc4_awg4_scene", (3, 0)),
        ("ocio:acescct_ap1_scene", (3, 0)),
        ("ocio:adx10_apd_scene", (13, 1)),
        ("srgb_rec709_display", (0, 6)),
        (None, (255, 255)),
    ],
)
def test_tags_in_numbers_and_in_words(tmp_path, identity, numbers):
    tags = {} if identity is None else {"colorInteropID": identity}
    frame().with_tags(tags).write(tmp_path / "a.dpx")
    assert tuple(header(tmp_path / "a.dpx")[801:803]) == numbers
    assert read(tmp_path / "a.dpx").tags.get("colorInteropID") == identity
    spec = oiio.ImageInput.open(str(tmp_path / "a.dpx")).spec()
    said = {6: "ITU-R 709-4", 2: "Linear", 3: "Logarithmic"}.get(numbers[0])
    assert said is None or spec.getattribute("dpx:Transfer") == said


def test_numbers_of_another_program(tmp_path):
    frame().write(tmp_path / "a.dpx")
    for numbers, identity in [
        ((6, 6), "g24_rec709_display"), ((5, 5), "g24_rec709_display"),
        ((2, 6), "lin_rec709_scene"), ((1, 1), None), ((3, 1), None), ((2, 0), None),
        ((99, 99), None),
    ]:  # fmt: skip
        dpx_files.poke(tmp_path / "a.dpx", 801, "BB", *numbers)
        tags = read(tmp_path / "a.dpx").tags
        assert tags.get("colorInteropID") == identity
        assert tags.get("dpx:transfer") == color_tags.TRANSFER.get(numbers[0])


def test_the_identifier_falls_when_somebody_changes_the_numbers(tmp_path):
    frame().with_tags({"colorInteropID": "ocio:acescct_ap1_scene"}).write(tmp_path / "a.dpx")
    dpx_files.poke(tmp_path / "a.dpx", 801, "BB", 6, 6)
    assert read(tmp_path / "a.dpx").tags["colorInteropID"] == "g24_rec709_display"


def test_what_a_film_scan_says_goes_through(full, tmp_path):
    tags = {"dpx:transfer": "printing density", "dpx:colorimetric": "printing density"}
    assert read(full).tags == tags
    read(full).write(tmp_path / "a.exr")
    assert read(tmp_path / "a.exr").tags == tags
    read(tmp_path / "a.exr").write(tmp_path / "b.dpx")
    assert tuple(header(tmp_path / "b.dpx")[801:803]) == (1, 1)


def test_the_numbers_are_where_the_standard_says(tmp_path):
    frame().write(tmp_path / "a.dpx")
    data = (tmp_path / "a.dpx").read_bytes()
    assert data[:4] == b"SDPX" and data[8:13] == b"V2.0\0"
    assert struct.unpack_from(">I", data, 16)[0] == len(data)
    assert struct.unpack_from(">III", data, 24) == (1664, 384, 0)
    assert struct.unpack_from(">HHII", data, 768) == (0, 1, 6, 4)
