"""A conversion by another config than that of the look: its names are those of that config."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.color.errors import UnknownSpace
from grade.graph.errors import LookFileError
from grade.ops import Convert, Display, Exposure

OTHER = """ocio_profile_version: 2
roles: {default: raw, scene_linear: plain, aces_interchange: plain}
file_rules: [!<Rule> {name: Default, colorspace: raw}]
displays: {monitor: [!<View> {name: own, colorspace: monitor code}]}
colorspaces:
  - !<ColorSpace> {name: plain, aliases: [ACEScg], encoding: scene-linear}
  - !<ColorSpace> {name: raw, isdata: true}
  - !<ColorSpace>
    name: house code
    encoding: log
    to_scene_reference: !<ExponentTransform> {value: 2}
  - !<ColorSpace>
    name: monitor code
    encoding: sdr-video
    from_scene_reference: !<ExponentTransform> {value: 2, direction: inverse}
"""
GREY = np.full((1, 1, 3), 0.5, np.float32)


@pytest.fixture
def other(tmp_path):
    path = tmp_path / "other.ocio"
    path.write_text(OTHER)
    return str(path)


def through(*ops, working="ACEScg"):
    look = grade.Look("x", working=working)
    picture = look.source
    for op in ops:
        picture = picture >> op
    look.outputs["m"] = picture
    return look


def value(look):
    return round(float(look.apply(GREY, device="cpu")[0, 0, 0]), 5)


def test_src_is_a_space_of_that_config(other):
    look = through(Convert(src="house code", dst="ACEScg", config=other))
    assert value(look) == 0.25
    assert look.output_space() == "ACEScg"


def test_behind_it_the_look_goes_on_in_its_own_config(other):
    look = through(Convert(src="house code", dst="plain", config=other), Exposure(1.0))
    assert value(look) == 0.5  # the look knows the space by its alias
    studio = ocio.Config.CreateFromFile(look.configuration.path)
    code = studio.getProcessor("ACEScg", "ACEScct").getDefaultCPUProcessor().applyRGB([0.25] * 3)
    look = through(Convert(src="house code", dst="ACEScg", config=other), Convert(dst="ACEScct"))
    assert value(look) == pytest.approx(code[0], abs=1e-5)
    unknown = through(Convert(src="plain", dst="house code", config=other), Exposure(1.0))
    with pytest.raises(UnknownSpace, match="no color space 'house code'"):
        value(unknown)


def test_a_space_of_the_look_alone_is_refused_with_that_config(other):
    with pytest.raises(UnknownSpace, match=r"other\.ocio has no color space 'ACEScct'"):
        value(through(Convert(src="ACEScct", dst="house code", config=other)))


def test_the_output_may_be_a_space_of_that_config_alone(other, tmp_path):
    look = through(Convert(src="plain", dst="monitor code", config=other))
    assert look.output_space() == "monitor code" and value(look) == 0.70711
    frame = grade.Frame.from_pixels(GREY).with_tags({})
    assert look.apply(frame, device="cpu").tags == {}
    look = through(Display("monitor", view="own", src="plain", config=other))
    assert look.output_space() == "monitor code" and value(look) == 0.70711


def test_a_look_file_is_checked_against_that_config(other, tmp_path):
    text = (
        "grade: 2\nlook: x\nworking: ACEScg\nnodes:\n"
        f"  way: {{op: convert, src: SRC, dst: ACEScg, config: {other}}}\noutputs: {{m: {{}}}}\n"
    )
    path = tmp_path / "x.grade.yaml"
    path.write_text(text.replace("SRC", "house code"))
    assert value(grade.Look.load(path)) == 0.25
    path.write_text(text.replace("SRC", "house coda"))
    with pytest.raises(LookFileError, match=r"yaml:5: way.src: .*other\.ocio.*house code"):
        grade.Look.load(path)
