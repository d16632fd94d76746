"""MXF identifiers and the index of MP4.

A UMID is unique to its material (SMPTE ST 330): other pictures, rate, timecode or sound have
another one, and the same movie has the same, so that its bytes repeat. The two packages of a file
differ, and every reference to one has its identifier. An MP4 plays before all of it is there only
if ``moov`` comes before ``mdat``; its offsets then point at the samples, which decode to the same
pictures.
"""

import re
from fractions import Fraction

import av
import numpy as np
import pytest

import grade
from grade.io.formats.movie import Mastering, Recipe, Sound, write_movie

UMID = re.compile(re.escape(bytes.fromhex("060a2b340101010501010d0013")) + rb".{19}", re.DOTALL)
SIZE = (256, 256)


def frames(count=3, seed=0, size=SIZE):
    random = np.random.default_rng(seed)
    return [
        grade.Frame.from_pixels(random.uniform(0, 1, (*size, 3)).astype(np.float32), frame=number)
        for number in range(1, count + 1)
    ]


def tone(path, seed):
    import wave

    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(np.random.default_rng(seed).integers(-99, 99, 6000, "<i2").tobytes())
    return Sound(path)


def mxf(path, seed=0, count=3, rate=Fraction(24), **options):
    return write_movie(frames(count, seed), path, Recipe("dnxhr"), rate, **options)


def umids(path):
    return set(UMID.findall(path.read_bytes()))


OTHERS = {
    "other pictures": {"seed": 1}, "more pictures": {"count": 4}, "fewer pictures": {"count": 1},
    "other rate": {"rate": Fraction(25)}, "timecode": {"timecode": "01:00:00:00"},
    "other timecode": {"timecode": "02:00:00:00"}, "sound": {"sound": 1},
    "other sound": {"sound": 2},
    "drop-frame": {"rate": Fraction(30000, 1001), "timecode": "01:00:00;00"},
    "non-drop": {"rate": Fraction(30000, 1001), "timecode": "01:00:00:00"},
}  # fmt: skip


def made(folder, name, file):
    given = dict(OTHERS.get(name, {}))
    if "sound" in given:
        given["sound"] = tone(folder / f"{file}.wav", given["sound"])
    return mxf(folder / f"{file}.mxf", **given)


@pytest.mark.parametrize("name", ["plain", *OTHERS])
def test_an_mxf_has_identifiers_of_its_own(tmp_path, name):
    path = made(tmp_path, name, "a")
    own = {umid for umid in umids(path) if any(umid[16:])}
    assert len(own) == 2, "the material and the file package"
    assert not any(not any(umid[16:31]) for umid in own), "no number of zeros"
    others = [made(tmp_path, other, "b") for other in ["plain", *OTHERS] if other != name]
    for other in others:
        assert not own & umids(other)
    assert made(tmp_path, name, "c").read_bytes() == path.read_bytes(), "bytes repeat"
    with av.open(str(path)) as container:
        stated = container.metadata["material_package_umid"]
        assert bytes.fromhex(stated.removeprefix("0x")) in own
        assert sum(1 for _ in container.decode(video=0)) == OTHERS.get(name, {}).get("count", 3)


def boxes(path):
    data, place, found = path.read_bytes(), 0, []
    while place < len(data):
        size = int.from_bytes(data[place : place + 4], "big")
        if size == 1:
            size = int.from_bytes(data[place + 8 : place + 16], "big")
        found.append(data[place + 4 : place + 8].decode())
        place += size
    return found


PQ = {"colorInteropID": "pq_rec2020_display"}
MP4 = {
    "h264": (Recipe("h264"), {}), "h264 4:2:2": (Recipe("h264", "high422"), {}),
    "hevc": (Recipe("hevc"), {}), "hdr10": (Recipe("hevc", mastering=Mastering()), {}),
    "hdr10 levels": (Recipe("hevc", mastering=Mastering(max_cll=900, max_fall=200)), {}),
    "sound": (Recipe("h264"), {"sound": 1}), "hdr10 with sound":
    (Recipe("hevc", mastering=Mastering()), {"sound": 1}), "timecode":
    (Recipe("h264"), {"timecode": "01:00:00:00"}), "texts":
    (Recipe("h264"), {"metadata": {"comment": "x" * 300}}), "m4v": (Recipe("h264"), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", MP4)
def test_an_mp4_has_its_index_first(tmp_path, name):
    recipe, options = MP4[name]
    options = dict(options)
    if "sound" in options:
        options["sound"] = tone(tmp_path / "s.wav", 1)
    pictures = [frame.with_tags(PQ) for frame in frames(4, 3, (128, 128))]
    path = tmp_path / f"a.{'m4v' if name == 'm4v' else 'mp4'}"
    write_movie(pictures, path, recipe, 24, **options)
    write_movie(pictures, tmp_path / "a.mov", recipe, 24, **options)
    order = boxes(path)
    assert order.index("moov") < order.index("mdat")
    shown = []
    for file in (path, tmp_path / "a.mov"):
        with av.open(str(file)) as container:
            shown.append([p.to_ndarray() for p in container.decode(video=0)])
            if "sound" in options:
                container.seek(0)
                assert sum(f.samples for f in container.decode(audio=0)) >= 6000
    assert len(shown[0]) == 4
    assert all(np.array_equal(a, b) for a, b in zip(*shown, strict=True))
    assert (b"mdcv" in path.read_bytes()) == (recipe.mastering is not None)
