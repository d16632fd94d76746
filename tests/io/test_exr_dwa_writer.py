"""The DWA writer: three readers find the same, and as little is lost as by OpenEXR."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import OpenEXR
import OpenImageIO as oiio
import pytest

from grade.io import Frame, Window, convert, read
from grade.io.formats.exr import dwa_writer
from grade.io.formats.exr.dwa_tables import curves

from .pictures import PLATES, pixels
from .test_exr import HEADER, assert_same_header, rich_file

# Of OpenEXR's own writer at the same level.
MOST = 1.05


def scene(height: int, width: int, dtype: Any = np.float16, seed: int = 1) -> Any:
    """Shading, edges and grain over negative values, zeros, subnormals and lamps."""
    random = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    values = np.empty((height, width, 4))
    for c in range(4):
        shade = 0.4 + 0.41 * np.sin(x / (17 + 5 * c)) * np.cos(y / (23 - 3 * c))
        shade += np.where((x // 40 + y // 30) % 5 == c, 1.5, 0)
        shade *= np.where((x // 64 + y // 64) % 11 == 7, 2000, 1)
        values[..., c] = shade * (1 + random.normal(0, 0.02, shade.shape))
    values[: height // 8] = 0
    values[height // 8 : height // 6] *= 1e-6
    values[..., 3] = np.clip(0.5 + np.sin(x / 40) + 0.3 * np.sin(y / 30), 0, 1)
    return values.astype(dtype)


def planes_of(values: Any, names: str = "RGBA") -> dict[str, Any]:
    return {
        name: np.ascontiguousarray(values[..., i])
        for i, name in enumerate(names[: values.shape[2]])
    }


def framed(planes: dict[str, Any], **entries: Any) -> Frame:
    whole = Frame.from_pixels(np.stack([planes[name] for name in "RGB"], axis=2), **entries)
    return replace(whole, planes=planes)


def by_openexr(frame: Frame, path: Path, monkeypatch: pytest.MonkeyPatch, **how: Any) -> Path:
    with monkeypatch.context() as patch:
        patch.setattr(dwa_writer, "can_write", lambda *_: False)
        return frame.write(path, **how)


def stored(path: Path) -> dict[str, Any]:
    channels = OpenEXR.File(str(path), separate_channels=True).parts[0].channels
    return {name: channel.pixels for name, channel in channels.items()}


def bent(plane: Any) -> Any:
    """What the eye makes of it: errors are as large here wherever they are."""
    return curves()[0][convert.to_half(plane).view(np.uint16)].astype(np.float64)


def errors(found: dict[str, Any], planes: dict[str, Any], space: Any = bent) -> Any:
    """The largest error and the root of the mean square over all lossy channels."""
    apart = np.array([space(found[name]) - space(plane) for name, plane in planes.items()])
    return np.array([np.abs(apart).max(), np.sqrt((apart * apart).mean())])


def assert_no_worse(frame: Frame, folder: Path, patch: pytest.MonkeyPatch, how: str) -> None:
    ours = frame.write(folder / "ours.exr", compression=how)
    theirs = by_openexr(frame, folder / "theirs.exr", patch, compression=how)
    assert ours.read_bytes() != theirs.read_bytes()  # else nothing was tested
    color = {name: frame.planes[name] for name in frame.color[:3]}
    assert (errors(stored(ours), color) <= errors(stored(theirs), color) * MOST).all()
    assert ours.stat().st_size <= theirs.stat().st_size * MOST


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("level", ["dwaa:0", "dwaa:20", "dwaa", "dwaa:200", "dwab:45"])
def test_no_worse_than_openexr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str, dtype: Any
) -> None:
    frame = framed(planes_of(scene(301, 403, dtype)))
    assert_no_worse(frame, tmp_path, monkeypatch, level)


@pytest.mark.parametrize("name", ["Desk", "GoldenGate", "Cannon"])
@pytest.mark.parametrize("level", [0, 45, 200])
def test_no_worse_on_photographs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, level: int
) -> None:
    path = PLATES / f"{name}.exr"
    if not path.exists():
        pytest.skip(f"the plate {path.name} is not here")
    frame = Frame.from_pixels(read(path).pixels)  # without tiles
    assert_no_worse(frame, tmp_path, monkeypatch, f"dwaa:{level}")


@pytest.mark.parametrize("compression", ["dwaa", "dwab"])
@pytest.mark.parametrize("size", [(1, 1), (1, 7), (9, 8), (31, 33), (33, 129), (257, 65)])
def test_two_readers_find_the_same_in_every_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compression: str, size: tuple[int, int]
) -> None:
    height, width = size
    window = Window(-3, -7, width - 4, height - 8)
    color = planes_of(scene(height + 60, width)[60:])  # the lower part: not black
    frame = framed(
        color, data_window=window, display_window=Window.of_size(9, 9), attributes=HEADER
    )
    ours = frame.write(tmp_path / "ours.exr", compression=compression)
    theirs = by_openexr(frame, tmp_path / "theirs.exr", monkeypatch, compression=compression)
    left, right = (OpenEXR.File(str(path)).parts[0].header for path in (ours, theirs))
    assert_same_header(left, right, but={"channels"})
    assert [str(c) for c in left["channels"]] == [str(c) for c in right["channels"]]

    found = stored(ours)
    np.testing.assert_array_equal(found["A"], color["A"])
    rgb = {name: color[name] for name in "RGB"}
    # Of a few blocks one may come out worse; the tolerance of chroma in pixels is about this.
    assert errors(found, rgb)[0] <= max(0.02, errors(stored(theirs), rgb)[0] * MOST)
    reader = oiio.ImageInput.open(str(ours))
    assert reader.spec().getattribute("compression") == compression
    names = list(reader.spec().channelnames)
    got = reader.read_image(0, 0, 0, 4, "half")
    assert got is not None, reader.geterror()
    for name in "RGBA":
        assert got[..., names.index(name)].tobytes() == found[name].tobytes()
    reader.close()


def many() -> dict[str, Any]:
    """Channels of every kind: layers whole and in pieces, luma, alphas, depth, numbers."""
    color = planes_of(scene(75, 130))
    red, green = color["R"], color["G"]
    numbers = (np.arange(red.size, dtype=np.uint32) // 7).reshape(red.shape)
    planes = {f"light.{name}": color[name][::-1].copy() for name in "RGB"}
    planes |= {"x.R": red, "x.G": green.astype(np.float32), "light.Y": green, "RY": red, "BY": red}
    planes |= {"mixed.R": red, "mixed.G": green.astype(np.float32), "mixed.B": red}
    planes |= {"u.R": numbers, "u.G": green, "u.B": red, "id": numbers, "id.A": numbers}
    planes |= {"Z": red.astype(np.float32) * 100, "mask.A": green.astype(np.float32), "r": red}
    return color | planes


@pytest.mark.parametrize("compression", ["dwaa", "dwab"])
def test_channels_of_every_kind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compression: str
) -> None:
    planes = many()
    linear = {"x.R", "light.Y", "RY", "R", "Z"}
    source = tmp_path / "in.exr"
    channels = {n: OpenEXR.Channel(plane, 1, 1, n in linear) for n, plane in planes.items()}
    OpenEXR.File({"type": OpenEXR.scanlineimage}, channels).write(str(source))
    frame = read(source)
    ours = frame.write(tmp_path / "ours.exr", compression=compression)
    theirs = by_openexr(frame, tmp_path / "theirs.exr", monkeypatch, compression=compression)
    mine, other = stored(ours), stored(theirs)
    assert set(mine) == set(planes)
    exact = {n for n, plane in planes.items() if other[n].tobytes() == plane.tobytes()}
    assert exact == {"A", "Z", "id", "id.A", "mask.A", "r", "u.R"}
    for name, plane in planes.items():
        if name in exact:
            assert mine[name].tobytes() == plane.tobytes(), name
        else:
            space = np.float64 if name in linear - {"R"} else bent
            lost, usual = (
                errors({name: found[name]}, {name: plane}, space) for found in (mine, other)
            )
            assert (lost <= usual * np.array([1.25, MOST])).all(), name
    assert ours.stat().st_size <= theirs.stat().st_size * MOST
    written = OpenEXR.File(str(ours), separate_channels=True).parts[0].channels
    assert {name for name, channel in written.items() if channel.pLinear} == linear


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_what_is_no_number_is_read_as_by_openexr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, dtype: Any
) -> None:
    values = np.full((64, 64, 3), 0.18, dtype)
    values[:8, :8], values[8:16, :8], values[16:24, :8] = np.nan, np.inf, -np.inf
    values[24:32, :8], values[32:40, :8] = 65504, -65504
    values[40:48, :8, 1] = np.nan
    frame = Frame.from_pixels(values)
    mine = stored(frame.write(tmp_path / "a.exr", compression="dwaa"))
    other = stored(by_openexr(frame, tmp_path / "b.exr", monkeypatch, compression="dwaa"))
    edge = 65248 if dtype == np.float32 else 0
    for name in "RGB":
        assert (mine[name][:8, :8] == 0).all()
        assert (mine[name][8:16, :8] == edge).all() and (mine[name][16:24, :8] == -edge).all()
        assert (mine[name][24:32, :8] == 65248).all() and (mine[name][32:40, :8] == -65248).all()
        np.testing.assert_array_equal(np.isfinite(mine[name]), np.isfinite(other[name]))
        assert np.abs(bent(mine[name]) - bent(other[name])).max() < 0.005


def test_nothing_that_is_linear_and_no_number_spoils_a_block(tmp_path: Path) -> None:
    plane = np.full((16, 16), 0.5, np.float16)
    plane[3, :3] = np.nan, np.inf, -np.inf
    channels = {n: OpenEXR.Channel(plane, 1, 1, n == "Y") for n in ("R", "G", "B", "Y")}
    OpenEXR.File({"type": OpenEXR.scanlineimage}, channels).write(str(tmp_path / "in.exr"))
    path = read(tmp_path / "in.exr").write(tmp_path / "a.exr", compression="dwaa:5")
    for found in stored(path).values():
        assert np.abs(found[3, :3]).max() < 0.01
        assert np.abs(found[8:] - 0.5).max() < 0.001


@pytest.mark.parametrize("value", [0.0, 0.5])
def test_flat_pictures_are_as_small(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: float
) -> None:
    # Runs of one word, longer than their count can say.
    frame = Frame.from_pixels(np.full((700, 900, 3), value, np.float16))
    for how in ("dwaa", "dwab"):
        ours = frame.write(tmp_path / "a.exr", compression=how)
        theirs = by_openexr(frame, tmp_path / "b.exr", monkeypatch, compression=how)
        assert np.abs(stored(ours)["G"] - np.float16(value)).max() < 0.001
        assert ours.stat().st_size <= theirs.stat().st_size * MOST


def test_noise_is_stored_as_it_is(tmp_path: Path) -> None:
    noise = np.random.default_rng(4).integers(0, 0x7800, (40, 50, 3), np.uint16).view(np.float16)
    frame = Frame.from_pixels(noise)
    path = frame.write(tmp_path / "a.exr", compression="dwaa:0")
    assert read(path).pixels.tobytes() == noise.tobytes()
    assert path.stat().st_size < noise.nbytes * 1.1


def test_the_header_is_openexrs_to_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frame = read(rich_file(tmp_path / "in.exr"))
    ours = frame.write(tmp_path / "ours.exr", compression="dwab:30").read_bytes()
    theirs = by_openexr(frame, tmp_path / "theirs.exr", monkeypatch, compression="dwab:30")
    end = ours.index(b"screenWindowWidth")
    assert ours[:end] == theirs.read_bytes()[:end]
    assert b"dwaCompressionLevel" in ours[:end]


def test_threads_do_not_show(tmp_path: Path) -> None:
    frame = framed(planes_of(scene(200, 190)))
    files = [frame.write(tmp_path / f"{n}.exr", compression="dwaa", threads=n) for n in (0, 1, 3)]
    assert len({path.read_bytes() for path in files}) == 1


@pytest.mark.parametrize(
    "attributes", [{"lineOrder": OpenEXR.DECREASING_Y}, {"dwaCompressionLevel": 1e9}]
)
def test_what_is_left_to_openexr(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attributes: dict[str, Any]
) -> None:
    frame = Frame.from_pixels(pixels(40), attributes=attributes)
    ours = frame.write(tmp_path / "a.exr", compression="dwaa").read_bytes()
    theirs = by_openexr(frame, tmp_path / "b.exr", monkeypatch, compression="dwaa").read_bytes()
    assert ours == theirs


@pytest.mark.parametrize("compression", ["dwaa", "dwab"])
def test_ffmpeg_reads_it(tmp_path: Path, compression: str) -> None:
    av = pytest.importorskip("av", reason="PyAV is not installed")
    frame = framed(planes_of(np.abs(scene(64, 68)[..., :3])))
    path = frame.write(tmp_path / "a.exr", compression=compression)
    found = stored(path)
    with av.open(str(path)) as container:
        picture = next(container.decode(video=0))
    for name, plane in zip("GBR", picture.planes, strict=False):
        got = np.frombuffer(plane, np.float16).reshape(64, -1)[:, :68]
        # It transforms back in another order, and bends by tables of its own.
        np.testing.assert_allclose(bent(got), bent(found[name]), atol=0.004)
