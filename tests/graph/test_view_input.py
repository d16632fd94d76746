"""A look whose plates a view made: they are taken back through it. The oracle is OpenColorIO."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.color.errors import UnknownSpace
from grade.errors import GradeError
from grade.graph.errors import GraphError, LookFileError
from grade.graph.model.plate_input import InputView
from grade.ops import Exposure

DISPLAY = "sRGB - Display"
VIEW = {"display": DISPLAY, "view": "ACES 2.0 - SDR 100 nits (Rec.709)"}
PLAIN = {"display": DISPLAY, "view": "Un-tone-mapped"}
TYPED = f"{DISPLAY} / Un-tone-mapped"
CODES = np.random.default_rng(4).uniform(0.05, 0.8, (1, 50, 3)).astype(np.float32)


def look(given, *ops, **fields):
    made = grade.Look("x", input=given, working="ACEScg", **fields)
    picture = made.source
    for op in ops or (Exposure(0.0),):
        picture = picture >> op
    made.outputs["m"] = picture
    return made


def back(made, view):
    config = ocio.Config.CreateFromFile(made.configuration.path)
    way = ocio.DisplayViewTransform("ACEScg", view["display"], view["view"])
    way.setDirection(ocio.TRANSFORM_DIR_INVERSE)
    pixels = CODES.reshape(-1, 3).copy()
    processor = config.getProcessor(way)
    processor.getOptimizedCPUProcessor(ocio.OPTIMIZATION_LOSSLESS).applyRGB(pixels)
    return pixels.reshape(CODES.shape)


@pytest.mark.parametrize(("view", "limit"), [(PLAIN, 1e-5), (VIEW, 5e-3)])
def test_it_is_taken_back_to_light(view, limit):
    made = look(view)
    right = back(made, view)
    assert np.allclose(made.apply(CODES, device="cpu"), right, rtol=limit, atol=limit)
    twice = look(view, Exposure(1.0)).apply(CODES, device="cpu")
    assert np.allclose(twice, 2 * right, rtol=limit, atol=2 * limit)
    assert made.output_space() == "ACEScg"
    assert made.edges()[0][2:4] == (f"{DISPLAY} / {view['view']}", "ACEScg")


def test_as_typed_for_the_command_line():
    typed = look("ACEScg").with_input(TYPED)
    assert typed.input == InputView(**PLAIN) and typed.hash == look(PLAIN).hash
    assert look("ACEScg").with_input("ACEScct").input == "ACEScct"
    with pytest.raises(UnknownSpace, match="has no view 'Gone'"):
        look("ACEScg").with_input(f"{DISPLAY} / Gone").apply(CODES, device="cpu")


def test_it_is_saved_changed_and_loaded(tmp_path):
    path = look(PLAIN).save(tmp_path / "x.grade.yaml")
    assert f"input: {{display: {DISPLAY}, view: Un-tone-mapped}}" in path.read_text()
    again = grade.Look.load(path)
    assert again.input == InputView(**PLAIN) and again.hash == look(PLAIN).hash
    assert again.hash != look("ACEScg").hash != look(VIEW).hash
    assert again.diff(look(VIEW)) and not again.diff(look(PLAIN))
    again.with_input("ACEScg").save(path)
    assert "input: ACEScg" in path.read_text() and grade.Look.load(path).input == "ACEScg"
    grade.Look.load(path).with_input(VIEW).save(path)
    assert grade.Look.load(path).hash == look(VIEW).hash
    auto = look("auto", untagged=PLAIN)
    assert grade.Look.load(auto.save(path)).hash == auto.hash


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("input: {display: sRGB - Display}", "a view is {display: ..., view: ...}"),
        ("input: {display: sRGB - Display, view: Gone}", "has no view 'Gone'"),
        ("input: {display: sRGB - Display, view: Raw, look: x}", "a view is"),
        ("input: 3", "takes the name of a space, auto, or"),
        ("untagged: ACEScg", "input is None"),
        ("input: auto\nuntagged: auto", "says what plates without a tag are"),
        ("input: auto\nuntagged: ACEScq", "ACEScg"),
    ],
)
def test_what_is_wrong_in_a_file_is_named_with_its_line(tmp_path, line, message):
    path = tmp_path / "x.grade.yaml"
    path.write_text(
        f"grade: 2\nlook: x\nworking: ACEScg\n{line}\nnodes: {{a: {{op: exposure}}}}\n"
        "outputs: {m: {}}\n"
    )
    with pytest.raises(LookFileError) as refused:
        grade.Look.load(path)
    where = 4 + line.count("\n")
    assert f"yaml:{where}:" in str(refused.value) and message in str(refused.value)


def test_a_view_needs_a_working_space():
    with pytest.raises(GraphError, match="working="):
        grade.Look("x", input=PLAIN)
    with pytest.raises(GraphError, match="takes the name of a space, a view"):
        grade.Look("x", input={"display": DISPLAY}, working="ACEScg")


def test_its_tag_is_that_of_the_screen():
    frame = grade.Frame.from_pixels(CODES).with_tags({"colorInteropID": "srgb_rec709_display"})
    look(PLAIN).apply(frame, device="cpu")
    with pytest.raises(GradeError, match="is tagged ACES2065-1"):
        look(PLAIN).apply(frame.with_tags({"colorInteropID": "lin_ap0_scene"}), device="cpu")


def test_a_job_takes_the_view_from_the_flag_and_keys_its_files_by_it(tmp_path):
    plate = tmp_path / "plate.png"
    grade.Frame.from_pixels(CODES.reshape(5, 10, 3)).with_tags({}).write(plate)
    out = tmp_path / "out.exr"
    made = look("ACEScg")
    report = grade.render(made, plate, out, device="reference", input_space=TYPED)
    assert report.exit_code == 0
    codes = grade.read(plate).planes
    most = np.iinfo(codes["R"].dtype).max
    pixels = np.stack([codes[name] for name in "RGB"], -1).astype(np.float32) / most
    right = look(PLAIN).apply(pixels, device="cpu")
    got = grade.read(out).planes
    assert all(np.allclose(got[n], right[..., i], rtol=1e-3) for i, n in enumerate("RGB"))
    kept = grade.render(made, plate, out, device="reference", input_space=TYPED)
    assert "skipped" in kept.last_line and kept.frames("kept")
    other = grade.render(made, plate, out, device="reference", input_space="ACES2065-1")
    assert other.frames("ok")
