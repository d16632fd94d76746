"""FileLUT with ``gives``: a LUT that leads into another space.

The oracle is OpenColorIO. Each LUT is sampled from a transform of the built-in config, so behind it
the picture is in the space that ``gives`` names, and a conversion from there to the output gives
what OpenColorIO makes of the sampled LUT's codes. What is checked besides: the tag of the output,
that a display-referred result needs no Display, and that half of such a LUT is refused.
"""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.errors import GradeError
from grade.ops import Convert, Display, Exposure, FileLUT, Saturation

NAME = "ocio://studio-config-v4.0.0_aces-v2.0_ocio-v2.5"
CONFIG = ocio.Config.CreateFromFile(NAME)
VIDEO = "Rec.1886 Rec.709 - Display"
VIEW = "ACES 2.0 - SDR 100 nits (Rec.709)"
SIZE = 17


def sampled(folder, transform):
    """The cube of a transform of code values 0..1."""
    processor = CONFIG.getProcessor(transform).getDefaultCPUProcessor()
    grid = np.linspace(0, 1, SIZE, dtype=np.float32)
    blue, green, red = np.meshgrid(grid, grid, grid, indexing="ij")
    rgb = np.ascontiguousarray(np.stack([red, green, blue], -1).reshape(-1, 3))
    processor.applyRGB(rgb)
    path = folder / "show.cube"
    rows = "\n".join(" ".join(f"{v:.7f}" for v in row) for row in rgb)
    path.write_text(f"LUT_3D_SIZE {SIZE}\n{rows}\n")
    return path


def view(source):
    return ocio.DisplayViewTransform(src=source, display=VIDEO, view=VIEW)


def space(source, target):
    return ocio.ColorSpaceTransform(src=source, dst=target)


# Name, working space, what the LUT does, where it takes its input, what it gives, the tag of that.
LUTS = [
    ("show LUT of LogC4", "ARRI LogC4", view("ARRI LogC4"), None, VIDEO, "g24_rec709_display"),
    ("show LUT of LogC3", "ARRI LogC3 (EI800)", view("ARRI LogC3 (EI800)"), None, VIDEO,
     "g24_rec709_display"),
    ("show LUT of S-Log3", "S-Log3 S-Gamut3.Cine", view("S-Log3 S-Gamut3.Cine"), None, VIDEO,
     "g24_rec709_display"),
    ("LogC4 LUT behind ACEScct", "ACEScct", view("ARRI LogC4"), "ARRI LogC4", VIDEO,
     "g24_rec709_display"),
    ("LogC4 LUT behind ACEScg", "ACEScg", view("ARRI LogC4"), "ARRI LogC4", VIDEO,
     "g24_rec709_display"),
    ("LogC4 LUT behind ACES2065-1", "ACES2065-1", view("ARRI LogC4"), "ARRI LogC4", VIDEO,
     "g24_rec709_display"),
    ("camera to camera", "ARRI LogC4", space("ARRI LogC4", "S-Log3 S-Gamut3.Cine"), None,
     "S-Log3 S-Gamut3.Cine", None),
    ("log to log", "ACEScct", space("ACEScct", "ACEScc"), None, "ACEScc", None),
    ("camera to ACEScct", "ARRI LogC4", space("ARRI LogC4", "ACEScct"), None, "ACEScct", None),
    ("by an alias", "ACEScct", space("ACEScct", "ARRI LogC4"), None, "arri_logc4", None),
    ("video to another screen", "ARRI LogC4", view("ARRI LogC4"), None, "sRGB - Display",
     "srgb_rec709_display"),
]  # fmt: skip
IDS = [case[0] for case in LUTS]


def lut_look(folder, working, transform, at, gives, *behind):
    look = grade.Look("show", working=working, config=NAME)
    picture = look.source >> FileLUT(sampled(folder, transform), space=at, gives=gives)
    for op in behind:
        picture = picture >> op
    look.outputs["m"] = picture
    return look


def codes(count=200):
    return np.random.default_rng(5).uniform(0.1, 0.7, (1, count, 3)).astype(np.float32)


def through(transform, pixels):
    made = pixels.reshape(-1, 3).copy()
    CONFIG.getProcessor(transform).getDefaultCPUProcessor().applyRGB(made)
    return made.reshape(pixels.shape)


@pytest.mark.parametrize(("working", "transform", "at", "gives", "tag"),
                         [case[1:] for case in LUTS], ids=IDS)  # fmt: skip
def test_the_picture_behind_is_in_the_space_that_it_gives(
    tmp_path, working, transform, at, gives, tag
):
    look = lut_look(tmp_path, working, transform, at, gives)
    given = CONFIG.getColorSpace(gives).getName()
    assert look.output_space() == given
    assert look.output_is_display() == (tag is not None)
    frame = grade.Frame.from_pixels(codes()).with_tags({})
    tags = look.apply(frame, device="cpu").tags
    assert tags.get("colorInteropID") == (tag or look.configuration.interop(given).get(
        "colorInteropID"))  # fmt: skip
    # The codes that the LUT gets are those of its input; cube and oracle are read alike.
    pixels = codes() if at is None else through(space(at, working), codes())
    cube = ocio.FileTransform(str(tmp_path / "show.cube"), interpolation=ocio.INTERP_LINEAR)
    right = through(cube, through(space(working, at), pixels) if at else pixels)
    assert np.allclose(look.apply(pixels, device="cpu"), right, atol=2e-5)


@pytest.mark.parametrize(("working", "transform", "at", "gives", "tag"),
                         LUTS and [case[1:] for case in LUTS[:9]], ids=IDS[:9])  # fmt: skip
def test_an_op_behind_works_where_the_picture_is(tmp_path, working, transform, at, gives, tag):
    target = "sRGB - Display" if tag else "ACEScg"
    behind = Convert(dst=target)
    look = lut_look(tmp_path, working, transform, at, gives, behind)
    pixels = codes() if at is None else through(space(at, working), codes())
    plain = lut_look(tmp_path, working, transform, at, gives).apply(pixels, device="cpu")
    right = through(space(gives, target), plain)
    got = look.apply(pixels, device="cpu")
    assert np.allclose(got, right, rtol=2e-4, atol=2e-4)


@pytest.mark.parametrize("field", [{"amount": 0.5}, {"channels": "r"}])
def test_half_of_it_is_refused(tmp_path, field):
    look = grade.Look("show", working="ARRI LogC4", config=NAME)
    path = sampled(tmp_path, view("ARRI LogC4"))
    look.outputs["m"] = look.source >> FileLUT(path, gives=VIDEO, name="show")
    look.apply(codes(), device="cpu")  # the kernel of the whole is there
    half = look.set({f"show.{name}": value for name, value in field.items()})
    with pytest.raises(GradeError, match=f"{next(iter(field))}.*as a whole"):
        half.apply(codes(), device="cpu")


def test_a_matte_is_refused(tmp_path):
    look = grade.Look("show", working="ARRI LogC4", config=NAME)
    path = sampled(tmp_path, view("ARRI LogC4"))
    window = grade.Ellipse(center=(0, 0), size=(0.5, 0.5))
    look.outputs["m"] = look.source >> FileLUT(path, gives=VIDEO, matte=window)
    with pytest.raises(GradeError, match=r"matte.*as a whole"):
        look.apply(codes(), device="cpu")


def test_a_space_that_is_not_there_is_named(tmp_path):
    look = lut_look(tmp_path, "ARRI LogC4", view("ARRI LogC4"), None, "Rec.2300")
    with pytest.raises(GradeError, match=r"Rec\.2300"):
        look.apply(codes(), device="cpu")


def test_a_second_display_behind_it_converts_from_there(tmp_path):
    shown = Display(VIDEO, view="Un-tone-mapped")
    look = lut_look(tmp_path, "ARRI LogC4", space("ARRI LogC4", "ACEScct"), None, "ACEScct", shown)
    right = through(
        ocio.DisplayViewTransform(src="ACEScct", display=VIDEO, view="Un-tone-mapped"),
        lut_look(tmp_path, "ARRI LogC4", space("ARRI LogC4", "ACEScct"), None, "ACEScct").apply(
            codes(), device="cpu"
        ),
    )
    assert np.allclose(look.apply(codes(), device="cpu"), right, atol=2e-4)


def test_a_png_needs_no_display_and_a_scene_result_is_refused(tmp_path):
    plate = tmp_path / "plate.exr"
    grade.Frame.from_pixels(codes(64).reshape(8, 8, 3)).with_tags({}).write(plate)
    shown = lut_look(tmp_path, "ARRI LogC4", view("ARRI LogC4"), None, VIDEO)
    report = grade.render(shown, plate, tmp_path / "shown.png", device="reference")
    assert report.exit_code == 0
    assert grade.read(tmp_path / "shown.png").tags["colorInteropID"] == "g24_rec709_display"
    scene = lut_look(tmp_path, "ARRI LogC4", space("ARRI LogC4", "ACEScct"), None, "ACEScct")
    with pytest.raises(GradeError, match="ACEScct"):
        grade.render(scene, plate, tmp_path / "scene.png", device="reference")


def test_it_is_saved_and_loaded(tmp_path):
    look = lut_look(tmp_path, "ARRI LogC4", view("ARRI LogC4"), None, VIDEO)
    path = look.save(tmp_path / "show.grade.yaml")
    assert f"gives: {VIDEO}" in path.read_text()
    again = grade.Look.load(path)
    assert again.hash == look.hash and again.output_space() == VIDEO
    without = lut_look(tmp_path, "ARRI LogC4", view("ARRI LogC4"), None, None)
    assert without.hash != look.hash


def test_light_behind_a_scene_lut_is_that_of_the_given_space(tmp_path):
    """Two stops behind a LUT to ACEScct: four times the light of ACEScg, OpenColorIO says."""
    plain = lut_look(tmp_path, "ARRI LogC4", space("ARRI LogC4", "ACEScct"), None, "ACEScct")
    graded = lut_look(tmp_path, "ARRI LogC4", space("ARRI LogC4", "ACEScct"), None, "ACEScct",
                      Exposure(2.0), Saturation(1.0))  # fmt: skip
    light = through(space("ACEScct", "ACEScg"), plain.apply(codes(), device="cpu"))
    right = through(space("ACEScg", "ACEScct"), 4 * light)
    assert np.allclose(graded.apply(codes(), device="cpu"), right, atol=1e-4)
