"""Plates of every format without a tag, with the right tag and with a wrong one.

What is right follows from the words of the look alone. ``input: auto`` takes the tag; without a tag
it takes ``untagged``, and says so; without both it asks for ``--input``. A plate whose tag names
another space than the look is refused with a flag that can be pasted, and so is one whose tag no
space of the config has: to take such a plate for something else would be a guess. The picture is
that of a look that states the space; ACES2065-1 to ACEScg and LogC4 to ACEScg are OpenColorIO's.
"""

import logging
import shlex

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.errors import GradeError
from grade.io.formats.movie import Recipe, write_movie

PIXELS = np.random.default_rng(3).uniform(0.1, 0.6, (64, 64, 3)).astype(np.float32)
LOGC4 = "ocio:arrilogc4_awg4_scene"
FORMATS = ("exr", "dpx", "png", "tif", "jpg", "jp2", "j2c", "avif", "mov", "mp4")
WITHOUT_RULES = "ocio://cg-config-v1.0.0_aces-v1.3_ocio-v2.1"
VIDEO = "Rec.1886 Rec.709 - Display"


def plate(folder, suffix, tag=None, **tags):
    path = folder / f"plate.{suffix}"
    named = tags | ({} if tag is None else {"colorInteropID": tag})
    frame = grade.Frame.from_pixels(PIXELS).with_tags(named)
    if suffix in ("mov", "mp4"):
        recipe = Recipe("prores" if suffix == "mov" else "h264", pixels=None)
        write_movie([frame], path, recipe, 24)
    else:
        frame.write(path)
    return path


def same(a, b):
    return all(np.array_equal(a.planes[name], b.planes[name]) for name in a.color[:3])


def look(**spaces):
    made = grade.Look("x", working="ACEScg", **spaces)
    made.outputs["m"] = made.source >> grade.Exposure(0.5)
    return made


def job(made, path, said, **options):
    """A job that is planned and not run; the lines that it says go to `said`."""

    class Listener(logging.Handler):
        def emit(self, record):
            said.append(record.getMessage())

    listener, logger = Listener(logging.INFO), logging.getLogger("grade")
    level = logger.level
    logger.addHandler(listener)
    logger.setLevel(logging.INFO)
    try:
        out = path.parent / "out.####.exr"
        return grade.render(made, path, out, device="reference", dry_run=True, **options)
    finally:
        logger.removeHandler(listener)
        logger.setLevel(level)


@pytest.mark.parametrize("suffix", FORMATS)
def test_without_a_tag_it_is_taken_as_untagged_and_said_once(tmp_path, suffix):
    path, said = plate(tmp_path, suffix), []
    job(look(input="auto", untagged="ACES2065-1"), path, said)
    about = [line for line in said if "ACES2065-1" in line and path.name in line]
    assert len(about) == 1 and "--input" in about[0], said
    frame = grade.read(path, frame=1)
    auto = look(input="auto", untagged="ACES2065-1").apply(frame, device="cpu")
    stated = look(input="ACES2065-1").apply(frame, device="cpu")
    assert same(auto, stated)


@pytest.mark.parametrize("suffix", FORMATS)
def test_without_a_tag_and_without_untagged_it_asks(tmp_path, suffix):
    path = plate(tmp_path, suffix)
    with pytest.raises(GradeError, match=r"--input") as refused:
        job(look(input="auto", config=WITHOUT_RULES), path, [])
    text = str(refused.value)
    assert path.name in text and "untagged" in text


@pytest.mark.parametrize(("suffix", "space"), [("exr", "ACES2065-1"), ("mov", VIDEO)])
def test_a_rule_about_the_type_of_the_file_comes_after_untagged(tmp_path, suffix, space):
    path, said = plate(tmp_path, suffix), []
    job(look(input="auto"), path, said)
    assert [space in line and "file rule" in line for line in said if "no tag" in line] == [True]
    said.clear()
    job(look(input="auto", untagged="ARRI LogC4"), path, said)
    assert ["as ARRI LogC4" in line for line in said if "no tag" in line] == [True]


def test_a_rule_about_the_name_of_the_file_comes_before_untagged(tmp_path):
    config = tmp_path / "rules.ocio"
    studio = ocio.Config.CreateFromFile("ocio://studio-config-v4.0.0_aces-v2.0_ocio-v2.5")
    rules = studio.getFileRules()
    rules.insertRule(0, "cameras", "ARRI LogC4", "*plate*", "exr")
    studio.setFileRules(rules)
    config.write_text(studio.serialize())
    path, said = plate(tmp_path, "exr"), []
    job(look(input="auto", untagged="ACES2065-1", config=config), path, said)
    about = [line for line in said if "no tag" in line]
    assert len(about) == 1 and "as ARRI LogC4, by the file rule cameras" in about[0]


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_wrong_tag_is_refused_with_flags_to_paste(tmp_path, suffix):
    tag = "g24_rec709_display" if suffix in ("mov", "mp4") else LOGC4
    name = VIDEO if suffix in ("mov", "mp4") else "ARRI LogC4"
    path = plate(tmp_path, suffix, tag)
    with pytest.raises(GradeError) as refused:
        job(look(input="ACES2065-1"), path, [])
    words = shlex.split(str(refused.value).replace(",", " ").replace(";", " "))
    assert "--trust-input" in words
    assert words[words.index("--input") + 1] == name
    job(look(input="ACES2065-1"), path, [], trust_input=True)
    job(look(input="ACES2065-1"), path, [], input_space=name)


@pytest.mark.parametrize("suffix", FORMATS)
def test_a_tag_is_taken_before_untagged(tmp_path, suffix):
    tag = "g24_rec709_display" if suffix in ("mov", "mp4") else LOGC4
    name = VIDEO if suffix in ("mov", "mp4") else "ARRI LogC4"
    frame = grade.read(plate(tmp_path, suffix, tag), frame=1)
    auto = look(input="auto", untagged="ACES2065-1").apply(frame, device="cpu")
    stated = look(input=name).apply(frame, device="cpu")
    assert same(auto, stated)


UNKNOWN = {
    "an id of nowhere": {"colorInteropID": "facility:scanner_seven"},
    "an id of the wrong case": {"colorInteropID": "LIN_AP0_SCENE"},
    "an id that says unknown": {"colorInteropID": "unknown"},
    "primaries of a camera": {"chromaticities": (0.7347, 0.2653, 0.1424, 0.8576, 0.0991, -0.0308,
                                                 0.3127, 0.329)},
    "primaries of a scanner": {"chromaticities": (0.65, 0.33, 0.3, 0.61, 0.15, 0.05, 0.31, 0.33)},
    "display primaries of one's own": {"chromaticities": (0.68, 0.31, 0.27, 0.68, 0.15, 0.06,
                                                          0.3127, 0.329)},
}  # fmt: skip
TRUSTED = ("an id that says unknown",)


@pytest.mark.parametrize("name", UNKNOWN)
def test_a_tag_that_no_space_has_is_not_untagged(tmp_path, name):
    tags = UNKNOWN[name]
    path, said = plate(tmp_path, "exr", **tags), []
    if name in TRUSTED:  # the word of the Color Interop Forum for a file that does not know
        job(look(input="auto", untagged="ACES2065-1"), path, said)
        return
    with pytest.raises(GradeError, match=r"--input") as refused:
        job(look(input="auto", untagged="ACES2065-1"), path, said)
    assert str(next(iter(tags.values()))) in str(refused.value) or "0." in str(refused.value)


@pytest.mark.parametrize("name", [n for n in UNKNOWN if n.startswith(("primaries", "display"))])
def test_primaries_that_contradict_the_look_are_refused(tmp_path, name):
    path = plate(tmp_path, "exr", **UNKNOWN[name])
    with pytest.raises(GradeError, match=r"--trust-input"):
        job(look(input="ACES2065-1"), path, [])
    job(look(input="ACES2065-1"), path, [], trust_input=True)


def test_an_array_has_no_tag(tmp_path):
    auto = look(input="auto", untagged="ACES2065-1").apply(PIXELS, device="cpu")
    assert np.array_equal(auto, look(input="ACES2065-1").apply(PIXELS, device="cpu"))
    with pytest.raises(GradeError, match="untagged"):
        look(input="auto").apply(PIXELS, device="cpu")


def test_untagged_without_auto_is_refused():
    with pytest.raises(GradeError, match="auto"):
        look(input="ACES2065-1", untagged="ACES2065-1")


def test_it_is_part_of_what_a_look_means(tmp_path):
    made = look(input="auto", untagged="ACES2065-1")
    again = grade.Look.load(made.save(tmp_path / "x.grade.yaml"))
    assert again.hash == made.hash and again.untagged == "ACES2065-1"
    assert made.hash != look(input="auto", untagged="ACEScg").hash != look(input="auto").hash
    assert made.with_input("ACEScg").hash == look(input="ACEScg").hash
