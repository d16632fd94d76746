from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import pytest

from grade.io import (
    Frame,
    FrameError,
    LayerError,
    MissingError,
    PatternError,
    ReadError,
    UnsupportedError,
    Window,
    read,
)

from .pictures import PLATES, picture, pixels

LOSSLESS = ("none", "rle", "zips", "zip", "piz", "htj2k32", "htj2k256", "zstd", "pxr24")
LOSSY = ("b44", "b44a", "dwaa", "dwab", "lj2k")
HEADER = {
    "timeCode": OpenEXR.TimeCode(1, 2, 3, 4, 1, 0, 1, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8),
    "keyCode": OpenEXR.KeyCode(1, 2, 3, 4, 5, 6, 20),
    "framesPerSecond": Fraction(24000, 1001),
    "chromaticities": (0.64, 0.33, 0.3, 0.6, 0.15, 0.06, 0.3127, 0.329),
    "adoptedNeutral": np.array([0.3, 0.32], np.float32),
    "owner": "somebody",
    "scene": ["a", "b"],
    "isoSpeed": 800.0,
    "take": 3,
    "worldToCamera": np.arange(16, dtype=np.float32).reshape(4, 4),
    "box": (np.array([1, 2], np.int32), np.array([3, 4], np.int32)),
    "dwaCompressionLevel": 45.0,
}


def same(left: Any, right: Any) -> bool:
    if isinstance(left, tuple | list | np.ndarray):
        return np.array_equal(np.asarray(left), np.asarray(right))
    return bool(left == right) or repr(left) == repr(right)


def assert_same_header(left: Any, right: Any, but: set[str] = frozenset()) -> None:  # type: ignore[assignment]
    keys = (set(left) | set(right)) - but
    assert {key for key in keys if key not in left or key not in right} == set()
    assert [key for key in keys if not same(left[key], right[key])] == []


def assert_same_planes(left: Frame, right: Frame) -> None:
    assert list(left.planes) == list(right.planes)
    for name, plane in left.planes.items():
        other = right.planes[name]
        assert plane.dtype == other.dtype and plane.tobytes() == other.tobytes(), name


def rich_file(path: Path) -> Path:
    """Mixed types, extra channels, a layer, windows that differ, a full header."""
    window = {
        "dataWindow": ((-4, -2), (14, 13)),
        "displayWindow": ((0, 0), (11, 9)),
        "pixelAspectRatio": 2.0,
        "compression": OpenEXR.ZIPS_COMPRESSION,
        "type": OpenEXR.scanlineimage,
    }
    half, full = pixels(), pixels(dtype=np.float32, seed=2)
    channels = {name: np.ascontiguousarray(half[..., i]) for i, name in enumerate("RGB")}
    channels["A"] = np.abs(np.ascontiguousarray(full[..., 0]))
    channels["depth.Z"] = np.ascontiguousarray(full[..., 1]) * 1e6
    channels["id"] = np.arange(half[..., 0].size, dtype=np.uint32).reshape(half.shape[:2])
    channels["id"][0, 0] = 0xFFFFFFFF
    channels["depth.Z"][0, :2] = np.inf, np.nan
    channels |= {f"light.{name}": channels[name] * np.float16(2) for name in "RGB"}
    OpenEXR.File({**HEADER, **window}, channels).write(str(path))
    return path


def test_everything_survives(tmp_path: Path) -> None:
    source = rich_file(tmp_path / "in.exr")
    frame = read(source)
    frame.write(tmp_path / "out.exr")
    again = read(tmp_path / "out.exr")
    assert_same_planes(frame, again)
    before, after = (
        OpenEXR.File(str(tmp_path / name), header_only=True).parts[0].header
        for name in ("in.exr", "out.exr")
    )
    # The level belongs to DWA, and this is ZIPS: it would claim a loss that is not there.
    assert_same_header(before, after, but={"channels", "dwaCompressionLevel"})
    source, target = HEADER["timeCode"], after["timeCode"]
    flags = ("dropFrame", "colorFrame", "fieldPhase", "bgf0", "bgf1", "bgf2")
    assert [getattr(source, flag) for flag in flags] == [getattr(target, flag) for flag in flags]
    assert source.userData == target.userData


def test_what_a_frame_says(tmp_path: Path) -> None:
    frame = read(rich_file(tmp_path / "in.exr"), frame=1001)
    assert frame.color == ("R", "G", "B", "A") and frame.alpha == "premultiplied"
    assert frame.planes["R"].dtype == np.float16 and frame.planes["A"].dtype == np.float32
    assert frame.planes["id"].dtype == np.uint32 and frame.planes["id"][0, 0] == 0xFFFFFFFF
    assert frame.data_window == Window(-4, -2, 14, 13)
    assert frame.display_window == Window.of_size(12, 10)
    assert (frame.pixel_aspect, frame.compression, frame.frame) == (2.0, "zips", 1001)
    assert frame.timecode == "01:02:03;04"
    assert set(frame.tags) == {"chromaticities", "adoptedNeutral"}
    assert frame.attributes["framesPerSecond"] == Fraction(24000, 1001)
    assert frame.pixels.shape == (16, 19, 4) and frame.pixels.dtype == np.float32
    assert all(plane.flags.c_contiguous for plane in frame.planes.values())


def test_graded_color_leaves_the_rest(tmp_path: Path) -> None:
    frame = read(rich_file(tmp_path / "in.exr"))
    graded = frame.with_pixels(frame.pixels[..., :3].astype(np.float16) * np.float16(0.5))
    graded.write(tmp_path / "out.exr")
    again = read(tmp_path / "out.exr")
    assert_same_planes(graded, again)
    for name in ("A", "depth.Z", "id", "light.R"):
        assert again.planes[name].tobytes() == frame.planes[name].tobytes()


@pytest.mark.parametrize("compression", [*LOSSLESS, *LOSSY])
def test_compressions(tmp_path: Path, compression: str) -> None:
    frame = picture(40)
    frame.write(tmp_path / "a.exr", compression=compression)
    again = read(tmp_path / "a.exr")
    assert again.compression == compression
    if compression in LOSSLESS:
        assert_same_planes(replace(frame, planes=dict(sorted(frame.planes.items()))), again)
    again.write(tmp_path / "b.exr")
    assert read(tmp_path / "b.exr").compression == compression


def test_dwa_level(tmp_path: Path) -> None:
    picture().write(tmp_path / "a.exr", compression="dwaa:200")
    frame = read(tmp_path / "a.exr")
    assert frame.compression == "dwaa" and frame.attributes["dwaCompressionLevel"] == 200


@pytest.mark.parametrize("threads", [0, 2])
def test_same_bytes_every_time(tmp_path: Path, threads: int) -> None:
    frame = read(rich_file(tmp_path / "in.exr"))
    for compression in ("zip", "piz", "dwaa", "htj2k256"):
        for name in ("a.exr", "b.exr"):
            frame.write(tmp_path / name, compression=compression, threads=threads)
        assert (tmp_path / "a.exr").read_bytes() == (tmp_path / "b.exr").read_bytes()


def test_bits(tmp_path: Path) -> None:
    values = np.array([[[0.1, 70000.0, -np.inf], [np.nan, 0.0, -0.0]]], np.float32)
    frame = Frame.from_pixels(values)
    frame.write(tmp_path / "a.exr", bits="half")
    half = read(tmp_path / "a.exr").pixels
    assert half.dtype == np.float16
    np.testing.assert_array_equal(
        half, np.array([[[0.1, 65504, -65504], [np.nan, 0, -0.0]]], np.float16)
    )
    frame.write(tmp_path / "a.exr")
    np.testing.assert_array_equal(read(tmp_path / "a.exr").pixels, values)
    Frame.from_pixels(np.full((2, 2, 3), 32768, np.uint16)).write(tmp_path / "a.exr", "float")
    assert read(tmp_path / "a.exr").pixels[0, 0, 0] == np.float32(32768) / np.float32(65535)


def test_straight_alpha_is_stored_premultiplied(tmp_path: Path) -> None:
    frame = picture(channels=4, dtype=np.float32, alpha="straight")
    frame.write(tmp_path / "a.exr")
    again = read(tmp_path / "a.exr")
    assert again.alpha == "premultiplied"
    np.testing.assert_array_equal(again.planes["R"], frame.planes["R"] * frame.planes["A"])


class TestTags:
    def written(self, tmp_path: Path, **how: Any) -> Frame:
        frame = read(rich_file(tmp_path / "in.exr"))
        frame.write(tmp_path / "out.exr", **how)
        return read(tmp_path / "out.exr")

    def test_replaced(self, tmp_path: Path) -> None:
        frame = self.written(tmp_path, tags={"colorInteropID": "lin_ap1_scene"})
        assert set(frame.tags) == {"colorInteropID", "chromaticities"}
        assert frame.tags["chromaticities"][0] == pytest.approx(0.713)
        assert "adoptedNeutral" not in frame.attributes

    def test_unknown_space_drops_all(self, tmp_path: Path) -> None:
        assert self.written(tmp_path, tags={}).tags == {}

    def test_aces_flag_goes_when_it_is_no_longer_right(self, tmp_path: Path) -> None:
        aces = picture(
            attributes={"acesImageContainerFlag": 1},
            tags={"colorInteropID": "lin_ap0_scene"},
            compression="none",
        )
        aces.write(tmp_path / "a.exr")
        assert read(tmp_path / "a.exr").attributes["acesImageContainerFlag"] == 1
        for how in ({"compression": "zip"}, {"tags": {}}, {"bits": "float"}):
            aces.write(tmp_path / "a.exr", **how)  # type: ignore[arg-type]
            assert "acesImageContainerFlag" not in read(tmp_path / "a.exr").attributes

    def test_timecode_text_wins_over_the_attribute(self, tmp_path: Path) -> None:
        frame = replace(read(rich_file(tmp_path / "in.exr")), timecode="10:00:00:00")
        frame.write(tmp_path / "out.exr")
        assert read(tmp_path / "out.exr").timecode == "10:00:00:00"
        replace(frame, timecode=None).write(tmp_path / "out.exr")
        assert read(tmp_path / "out.exr").timecode is None
        with pytest.raises(FrameError, match="hh:mm:ss:ff"):
            replace(frame, timecode="25 frames").write(tmp_path / "out.exr")


class TestParts:
    def file(self, path: Path, **second: Any) -> Path:
        base = {"type": OpenEXR.scanlineimage, "compression": OpenEXR.ZIP_COMPRESSION}
        planes = {n: np.ascontiguousarray(pixels()[..., i]) for i, n in enumerate("RGB")}
        light = {n: plane + np.float16(1) for n, plane in planes.items()}
        depth = {"Z": np.arange(16 * 19, dtype=np.float32).reshape(16, 19)}
        parts = [
            OpenEXR.Part({**base, "view": "left"}, planes, "beauty"),
            OpenEXR.Part({**base, "note": "kept", **second}, depth, "depth"),
            OpenEXR.Part(base, light, "light"),
        ]
        OpenEXR.File(parts).write(str(path))
        return path

    def test_other_parts_go_through(self, tmp_path: Path) -> None:
        frame = read(self.file(tmp_path / "in.exr"))
        frame.with_pixels(frame.pixels * np.float16(2)).write(tmp_path / "out.exr")
        before = OpenEXR.File(str(tmp_path / "in.exr"), separate_channels=True).parts
        after = OpenEXR.File(str(tmp_path / "out.exr"), separate_channels=True).parts
        assert [part.name() for part in after] == ["beauty", "depth", "light"]
        assert after[1].header["note"] == "kept"
        for index in (1, 2):
            assert_same_header(before[index].header, after[index].header, but={"channels"})
            for name, channel in before[index].channels.items():
                assert channel.pixels.tobytes() == after[index].channels[name].pixels.tobytes()

    def test_a_part_by_name_keeps_its_place(self, tmp_path: Path) -> None:
        frame = read(self.file(tmp_path / "in.exr"), layer="light")
        frame.write(tmp_path / "out.exr", tags={"colorInteropID": "lin_ap1_scene"})
        parts = OpenEXR.File(str(tmp_path / "out.exr"), header_only=True).parts
        assert [part.header["name"] for part in parts] == ["beauty", "depth", "light"]
        # One space for all parts is the format's rule; the others were not converted.
        assert all("chromaticities" not in part.header for part in parts)
        assert [part.header.get("colorInteropID") for part in parts] == [
            None,
            None,
            "lin_ap1_scene",
        ]

    def test_carried_parts_are_not_packed_with_loss_twice(self, tmp_path: Path) -> None:
        source = self.file(tmp_path / "in.exr", compression=OpenEXR.DWAA_COMPRESSION)
        read(source).write(tmp_path / "out.exr")
        part = OpenEXR.File(str(tmp_path / "out.exr"), header_only=True).parts[1]
        assert part.header["compression"] == OpenEXR.ZIP_COMPRESSION

    def test_a_part_without_color_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(LayerError, match="there are beauty, light"):
            read(self.file(tmp_path / "in.exr"), layer="depth")

    def test_another_size_cannot_carry_them(self, tmp_path: Path) -> None:
        frame = read(self.file(tmp_path / "in.exr"))
        small = Window.of_size(4, 4)
        scaled = frame.with_pixels(frame.pixels[:4, :4], data_window=small, display_window=small)
        with pytest.raises(FrameError, match="only_color"):
            scaled.write(tmp_path / "out.exr")
        scaled.only_color().write(tmp_path / "out.exr")


class TestLayers:
    def file(self, path: Path, names: list[str]) -> Path:
        planes = {name: np.zeros((4, 4), np.float16) for name in names}
        OpenEXR.File({"type": OpenEXR.scanlineimage}, planes).write(str(path))
        return path

    def test_choice(self, tmp_path: Path) -> None:
        file = self.file(
            tmp_path / "a.exr", [*"RGB", "Z", *(f"key.{n}" for n in "RGBA"), "fill.light.R"]
        )
        assert read(file).color == ("R", "G", "B")
        assert read(file, layer="key").color == ("key.R", "key.G", "key.B", "key.A")
        with pytest.raises(LayerError, match=r"no layer or part 'fill'.*there are key"):
            read(file, layer="fill")

    def test_the_only_layer_is_taken(self, tmp_path: Path) -> None:
        file = self.file(tmp_path / "a.exr", ["View.Combined." + n for n in "RGBA"] + ["View.Z"])
        assert read(file).color[0] == "View.Combined.R"

    def test_several_layers_are_a_question(self, tmp_path: Path) -> None:
        file = self.file(tmp_path / "a.exr", [f"{v}.{n}" for v in ("left", "right") for n in "RGB"])
        with pytest.raises(LayerError, match="choose by layer=, there are left, right"):
            read(file)

    def test_luminance_only(self, tmp_path: Path) -> None:
        with pytest.raises(LayerError, match="its channels are Y"):
            read(self.file(tmp_path / "a.exr", ["Y"]))


class TestRefused:
    def test_subsampled(self, tmp_path: Path) -> None:
        header = {"dataWindow": ((0, 0), (7, 7)), "displayWindow": ((0, 0), (7, 7))}
        plane = np.zeros((8, 8), np.float16)
        planes = {**dict.fromkeys("RGB", plane), "BY": OpenEXR.Channel(plane, 2, 2)}
        OpenEXR.File({**header, "type": OpenEXR.scanlineimage}, planes).write(
            str(tmp_path / "a.exr")
        )
        with pytest.raises(UnsupportedError, match="channel BY is subsampled 2x2"):
            read(tmp_path / "a.exr")

    def test_deep(self, tmp_path: Path) -> None:
        deep = np.empty((2, 2), object)
        for index in np.ndindex(2, 2):
            deep[index] = np.ones(2, np.float32)
        header = {"type": OpenEXR.deepscanline, "compression": OpenEXR.ZIPS_COMPRESSION}
        OpenEXR.File(header, dict.fromkeys("RGB", deep)).write(str(tmp_path / "a.exr"))
        with pytest.raises(UnsupportedError, match="deep"):
            read(tmp_path / "a.exr")

    def test_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(MissingError, match="no such file"):
            read(tmp_path / "a.exr")
        (tmp_path / "d.exr").mkdir()
        with pytest.raises(MissingError, match="is a folder"):
            read(tmp_path / "d.exr")
        with pytest.raises(PatternError, match="name the frame"):
            read(tmp_path / "a.####.exr")


def damaged(data: bytes) -> list[tuple[str, bytes, bool]]:
    """Damaged copies, and whether reading must notice (a flipped pixel byte may go unseen)."""
    random = np.random.default_rng(7)
    cases = [
        ("empty", b"", True),
        ("text", b"hello, I am no picture", True),
        ("zeros", bytes(99), True),
    ]
    cases += [
        ("magic only", data[:4], True),
        ("magic and noise", data[:4] + random.bytes(500), True),
    ]
    for cut in random.integers(5, len(data) - 1, 30):
        cases.append((f"cut at {cut}", data[:cut], True))
    for _ in range(60):
        place, bit = int(random.integers(0, len(data))), int(random.integers(0, 8))
        flipped = bytearray(data)
        flipped[place] ^= 1 << bit
        cases.append((f"bit {bit} of byte {place}", bytes(flipped), False))
    for _ in range(60):  # most of the header's bytes matter: flip there, too
        place, value = int(random.integers(4, 500)), int(random.integers(0, 256))
        flipped = bytearray(data)
        flipped[place] = value
        cases.append((f"byte {place} is {value}", bytes(flipped), False))
    return cases


@pytest.mark.parametrize("compression", ["zip", "piz", "none", "dwaa", "htj2k32"])
def test_damage_is_a_typed_error(
    tmp_path: Path, compression: str, capsys: pytest.CaptureFixture[str]
) -> None:
    picture(40).write(tmp_path / "a.exr", compression=compression)
    file = tmp_path / "damaged.exr"
    for name, data, certain in damaged((tmp_path / "a.exr").read_bytes()):
        file.write_bytes(data)
        try:
            frame = read(file)
        except (ReadError, UnsupportedError, LayerError) as error:
            assert str(file) in str(error), name
            assert not certain or error.exit_code == 4, name
        else:
            assert not certain, name
            assert frame.planes["R"].shape == (frame.data_window.height, frame.data_window.width)
    assert capsys.readouterr().out == ""  # stdout is data; the binding prints its warnings there


@pytest.mark.parametrize(
    "name",
    [
        "Desk.exr", "Carrots.exr", "Cannon.exr", "GoldenGate.exr", "Beachball_multipart.0001.exr",
    ],
)  # fmt: skip
def test_photographs(tmp_path: Path, name: str) -> None:
    if not (PLATES / name).exists():
        pytest.skip(f"the plate {name} is not here")
    frame = read(PLATES / name)
    frame.write(tmp_path / "out.exr", sync=False)
    before, after = (
        OpenEXR.File(str(path), separate_channels=True).parts
        for path in (PLATES / name, tmp_path / "out.exr")
    )
    assert len(before) == len(after)
    for left, right in zip(before, after, strict=True):
        assert_same_header(left.header, right.header, but={"channels", "preview"})
        for channel in left.channels:
            assert (
                left.channels[channel].pixels.tobytes() == right.channels[channel].pixels.tobytes()
            )
    first = (tmp_path / "out.exr").read_bytes()
    frame.write(tmp_path / "out.exr", sync=False, threads=2)
    assert (tmp_path / "out.exr").read_bytes() == first
    data = (PLATES / name).read_bytes()
    (tmp_path / "cut.exr").write_bytes(data[: len(data) * 3 // 4])
    with pytest.raises(ReadError, match="cut short"):
        read(tmp_path / "cut.exr")
