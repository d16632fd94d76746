"""Other inputs: mattes and plates from files, layers and alpha of the plate's own, arrays."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import grade
from grade.errors import RequestError
from grade.graph import Look, PixelsError
from grade.graph.file.edit_look import edit_text
from grade.graph.file.load import from_text
from grade.graph.file.new_text import new_text
from grade.io.window import Window

HEIGHT, WIDTH = 12, 20
RANDOM = np.random.default_rng(9)
PIXELS = RANDOM.uniform(0, 1, (HEIGHT, WIDTH, 3)).astype(np.float32)
MATTE = RANDOM.uniform(0, 1, (HEIGHT, WIDTH)).astype(np.float32)


def frame(pixels=PIXELS, number=1001, planes=None, **entries):
    made = grade.Frame.from_pixels(pixels, frame=number, **entries)
    return made.with_planes(planes) if planes else made


def limited(matte, **entries):
    look = Look("x", **entries)
    look.outputs["m"] = look.source >> grade.CDL(slope=0.0, offset=1.0, matte=matte, name="white")
    return look


def expected(matte=MATTE, pixels=PIXELS):
    m = np.clip(np.nan_to_num(matte, nan=0.0), 0, 1)[..., None].astype(np.float64)
    return pixels + m * (1 - pixels)


def planes_of(frame):
    return np.stack([frame.planes[name] for name in "RGB"], axis=-1)


# --- arrays ---------------------------------------------------------------------------------------


def test_a_matte_of_an_array(tmp_path):
    look = limited(grade.MatteFile("lamps.####.exr", channel="A", name="lamps"))
    made = look.apply(PIXELS, inputs={"lamps": MATTE})
    assert np.allclose(made, expected(), atol=1e-6)
    assert list(look.inputs()) == ["lamps"]
    for dtype, scale in ((np.float16, 1), (np.uint8, 255), (np.uint16, 65535)):
        given = (np.round(MATTE * scale) if scale > 1 else MATTE).astype(dtype)
        made = look.apply(PIXELS, inputs={"lamps": given})
        assert np.allclose(made, expected(given.astype(np.float64) / scale), atol=1e-5)


def test_matte_values_are_held():
    look = limited(grade.MatteFile("m.exr", name="m"))
    wild = MATTE.copy()
    wild[0, :5] = np.nan, np.inf, -np.inf, -3, 4
    assert np.allclose(look.apply(PIXELS, inputs={"m": wild}), expected(wild), atol=1e-6)


def test_a_batch_has_a_matte_for_each_picture():
    look = limited(grade.MatteFile("m.exr", name="m"))
    batch, mattes = np.stack([PIXELS, PIXELS[::-1]]), np.stack([MATTE, MATTE[::-1]])
    made = look.apply(batch, inputs={"m": mattes})
    for one, pixels, matte in zip(made, batch, mattes, strict=True):
        assert np.allclose(one, expected(matte, pixels), atol=1e-6)


def test_alpha_of_the_plate_is_a_matte():
    look = limited(grade.MatteFile(channel="A", name="alpha"))
    rgba = np.concatenate([PIXELS, MATTE[..., None]], axis=-1)
    made = look.apply(rgba)
    assert np.allclose(made[..., :3], expected(), atol=1e-6)
    assert np.array_equal(made[..., 3], MATTE)


def test_a_second_plate_is_mixed_in():
    look = Look("x", working="ACEScct")
    sky = grade.PlateFile("sky.####.exr", name="sky")
    from grade.graph import place

    clouds = place(sky) >> grade.CDL(slope=0.5, name="dim")
    look.outputs["m"] = grade.layer(look.source, clouds, mode="normal", amount=0.25, name="over")
    other = RANDOM.uniform(0, 1, PIXELS.shape).astype(np.float32)
    made = look.apply(PIXELS, inputs={"sky": other})
    assert np.allclose(made, PIXELS + 0.25 * (0.5 * other - PIXELS), atol=1e-6)
    assert from_text(new_text(look), "x", Path(), Look) == look


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        (None, r"takes m beside the plate.*inputs="),
        ({"n": MATTE}, "takes m beside the plate"),
        ({"m": MATTE, "n": MATTE}, "takes no 'n'. Known: m"),
        ({"m": MATTE[1:]}, r"m is \(11, 20\); the plate needs \(12, 20\)"),
        ({"m": MATTE.astype(np.float64)}, "m of float64: takes float32"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(inputs, message):
    look = limited(grade.MatteFile("m.exr", name="m"))
    with pytest.raises(PixelsError, match=message):
        look.apply(PIXELS, inputs=inputs)


# --- files ----------------------------------------------------------------------------------------


def test_a_matte_sequence_is_read_at_the_plates_frame(tmp_path):
    for number in (1001, 1002):
        matte = MATTE if number == 1001 else 1 - MATTE
        frame(number=number, planes={"lamp.A": matte}).write(
            tmp_path / "lamps.####.exr", bits="float", sync=False
        )
    look = limited(grade.MatteFile(str(tmp_path / "lamps.####.exr"), channel="lamp.A", name="l"))
    assert np.allclose(planes_of(look.apply(frame())), expected(), atol=1e-6)
    assert np.allclose(planes_of(look.apply(frame(number=1002))), expected(1 - MATTE), atol=1e-6)
    with pytest.raises(RequestError, match=r"lamps\.1003\.exr"):
        look.apply(frame(number=1003))
    wrong = look.set({"l.channel": "lamp.B"})
    with pytest.raises(RequestError, match=r"no channel 'lamp\.B'.*lamp\.A"):
        wrong.apply(frame())


def test_a_file_without_a_picture_is_a_matte(tmp_path):
    import OpenEXR

    header = {"compression": OpenEXR.ZIP_COMPRESSION, "type": OpenEXR.scanlineimage}
    path = tmp_path / "m.exr"
    OpenEXR.File(header, {"Y": MATTE}).write(str(path))
    for channel in (None, "Y"):
        look = limited(grade.MatteFile(str(path), channel=channel, name="m"))
        assert np.allclose(planes_of(look.apply(frame())), expected(), atol=1e-6)


def test_a_grey_png_is_a_matte(tmp_path):
    import OpenImageIO as oiio

    path = tmp_path / "m.png"
    file = oiio.ImageOutput.create(str(path))
    file.open(str(path), oiio.ImageSpec(WIDTH, HEIGHT, 1, "uint8"))
    grey = np.round(MATTE * 255).astype(np.uint8)
    file.write_image(grey[..., None])
    file.close()
    look = limited(grade.MatteFile(str(path), name="m"))
    made = planes_of(look.apply(frame()))
    assert np.allclose(made, expected(grey / 255), atol=1e-6)


def test_a_layer_of_the_plates_own_file(tmp_path):
    layers = {f"diffuse.{c}": PIXELS[..., i] * 0.5 for i, c in enumerate("RGB")}
    frame(planes={**layers, "mask.A": MATTE}).write(tmp_path / "p.exr", bits="float", sync=False)
    plate = grade.read(tmp_path / "p.exr")
    look = Look("x")
    from grade.graph import place

    diffuse = place(grade.PlateFile(layer="diffuse", name="diffuse"))
    mask = grade.MatteFile(channel="mask.A", name="mask")
    look.outputs["m"] = grade.mix(look.source, diffuse, matte=mask)
    made = planes_of(look.apply(plate))
    assert np.allclose(made, PIXELS - MATTE[..., None] * PIXELS * 0.5, atol=1e-6)
    with pytest.raises(RequestError, match="no layer or part 'specular'"):
        look.set({"diffuse.layer": "specular"}).apply(plate)


def test_another_data_window_is_black_where_it_has_no_pixels(tmp_path):
    data, display = Window(4, 2, 15, 9), Window.of_size(WIDTH, HEIGHT)
    small = MATTE[2:10, 4:16]
    picture = np.zeros((*small.shape, 3), np.float32)
    part = frame(picture, planes={"A": small}, data_window=data, display_window=display)
    replace(part, alpha="none").write(tmp_path / "m.exr", bits="float", sync=False)
    look = limited(grade.MatteFile(str(tmp_path / "m.exr"), channel="A", name="m"))
    whole = np.zeros_like(MATTE)
    whole[2:10, 4:16] = small
    assert np.allclose(planes_of(look.apply(frame())), expected(whole), atol=1e-6)


def test_premultiplied_plates_have_their_alpha_as_a_matte_too():
    look = limited(grade.MatteFile(channel="A", name="alpha"))
    alpha = np.maximum(MATTE, 0.01)
    rgba = np.concatenate([PIXELS * alpha[..., None], alpha[..., None]], axis=-1)
    made = look.apply(frame(rgba.astype(np.float32)))
    assert np.allclose(planes_of(made), expected(alpha) * alpha[..., None], atol=1e-5)


# --- look files -----------------------------------------------------------------------------------


def test_inputs_come_back(tmp_path):
    look = limited(
        grade.MatteFile("mattes/l.####.exr", channel="lamp.A", name="lamps") & grade.Ellipse()
    )
    text = new_text(look)
    assert '  lamps: {files: "mattes/l.####.exr", channel: lamp.A}\n' in text
    loaded = from_text(text, "x", Path(), Look)
    assert loaded == look
    changed = loaded.set({"lamps.channel": "A"})
    edited = edit_text(changed, text)
    assert edited == text.replace("channel: lamp.A", "channel: A")
    assert changed.hash != look.hash


def test_render_reads_the_inputs_of_every_frame(tmp_path):
    from grade.cli import main

    for number in (1, 2, 3):
        frame(number=number).write(tmp_path / "in.####.exr", bits="float", sync=False)
        matte = MATTE if number == 1 else 1 - MATTE
        if number < 3:
            frame(number=number, planes={"lamp": matte}).write(
                tmp_path / "mattes.####.exr", bits="float", sync=False
            )
    look = limited(grade.MatteFile(str(tmp_path / "mattes.####.exr"), channel="lamp", name="l"))
    look.save(tmp_path / "x.grade.yaml")
    words = ["render", "x.grade.yaml", "in.####.exr", "out.####.exr"]
    code = main([words[0], *(str(tmp_path / word) for word in words[1:])])
    assert code == 4
    for number, matte in ((1, MATTE), (2, 1 - MATTE)):
        made = grade.read(tmp_path / "out.####.exr", number)
        assert np.allclose(planes_of(made), expected(matte), atol=1e-6)
    assert not (tmp_path / "out.0003.exr").exists()
