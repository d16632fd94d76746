from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grade.io import MissingError, Pattern, PatternError, Sequence, sequences_in
from grade.io.errors import AmbiguousPathError
from grade.io.sequence.named_files import named_files


def touch(folder: Path, *names: str) -> Path:
    for name in names:
        (folder / name).touch()
    return folder


@pytest.mark.parametrize(
    ("text", "width", "name"),
    [
        ("a.####.exr", 4, "a.0007.exr"),
        ("a.#.exr", 4, "a.0007.exr"),
        ("a.##.exr", 2, "a.07.exr"),
        ("a.######.exr", 6, "a.000007.exr"),
        ("a.%04d.exr", 4, "a.0007.exr"),
        ("a.%d.exr", 1, "a.7.exr"),
        ("a.@.exr", 1, "a.7.exr"),
        ("a.@@@.exr", 3, "a.007.exr"),
        ("a.$F4.exr", 4, "a.0007.exr"),
        ("a.$F.exr", 1, "a.7.exr"),
        ("a.exr", None, "a.exr"),
        ("100%.exr", None, "100%.exr"),
    ],
)
def test_fields(text: str, width: int | None, name: str) -> None:
    pattern = Pattern.parse("plates/" + text)
    assert (pattern.width, pattern.path(7)) == (width, Path("plates") / name)
    assert pattern.match(name) == (1 if width is None else 7)
    assert Pattern.parse(str(pattern)) == pattern


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a.####.%04d.exr", "two frame fields, #### and %04d"),
        ("sh##.@@.exr", "two frame fields"),
        ("a.%4d.exr", "write %04d"),
        ("a.%V.####.exr", "%V is no frame field"),
        ("$SHOT.####.exr", "SHOT is no frame field"),
        ("a.%099d.exr", "99 digits"),
        ("plates/", "names a folder"),
        ("..", "names a folder"),
    ],
)
def test_refused(text: str, says: str) -> None:
    with pytest.raises(PatternError, match=says.replace("$", r"\$")):
        Pattern.parse(text)


def test_a_folder_that_is_not_there_has_no_field(tmp_path: Path) -> None:
    with pytest.raises(PatternError, match="#### stands in a folder"):
        named_files(tmp_path / "sh####" / "a.exr")
    (tmp_path / "sh####").mkdir()
    assert named_files(tmp_path / "sh####" / "a.exr").is_still


@pytest.mark.parametrize("name", ["a1.exr", "a@.exr", "a%01d.exr", "b.@.exr", "@x.exr", "a%01d2.e"])
def test_the_text_of_a_pattern_is_read_back(name: str) -> None:
    pattern = Pattern.parse(name)
    assert Pattern.parse(str(pattern)) == pattern


def test_a_literal_input_of_a_look(tmp_path: Path) -> None:
    import numpy as np

    import grade
    from grade.graph.file.load import from_text
    from grade.graph.file.new_text import new_text
    from grade.graph.open_look import decide_inputs

    look = grade.Look("x")
    held = grade.MatteFile(str(tmp_path / "m.####.png"), channel="R", name="held")
    look.outputs["out"] = look.source >> grade.CDL(offset=0.5, matte=held)
    white = grade.Frame.from_pixels(np.full((2, 2, 3), 255, np.uint8), frame=1)
    white.write(tmp_path / "m.####.png")
    touch(tmp_path, "m.####.png")
    plate = grade.Frame.from_pixels(np.zeros((2, 2, 3), np.float32), frame=1)
    with pytest.raises(AmbiguousPathError, match=r"m\.0001\.png"):
        look.apply(plate)
    for literal in (True, False):
        decided = decide_inputs(look, literal)
        assert decided.inputs()["held"].values["literal"] is literal
        saved = from_text(new_text(decided), "x", Path(), grade.Look)
        assert saved.inputs()["held"].values["literal"] is literal
    assert decided.apply(plate).pixels[0, 0, 0] == 0.5
    (tmp_path / "m.####.png").unlink()
    assert decide_inputs(look, True) == look  # nothing is open: the matte stays a sequence


def test_marks_in_a_folder_name_are_letters() -> None:
    assert Pattern.parse("who@where/#1/a.####.exr").path(3) == Path("who@where/#1/a.0003.exr")


@given(st.integers(-99_999, 99_999), st.integers(1, 8))
def test_name_and_number_round_trip(frame: int, width: int) -> None:
    pattern = Pattern.parse("a." + "@" * width + ".exr")
    assert pattern.match(pattern.name(frame)) == frame


def test_scan_is_strict_about_digits(tmp_path: Path) -> None:
    touch(
        tmp_path, "a.1001.exr", "a.1003.exr", "a.10010.exr", "a.01001.exr", "a.999.exr",
        "a.-001.exr", "a.1002.exr.part", ".a.1004.exr.77.1.part", "b.1002.exr", "a.1002.png",
    )  # fmt: skip
    (tmp_path / "a.1005.exr").mkdir()
    found = Sequence.scan(tmp_path / "a.####.exr")
    assert found.frames == (-1, 1001, 1003, 10010)
    assert found.missing([1001, 1002, 1003]) == [1002]
    assert (found.first, found.last, len(found)) == (-1, 10010, 4)
    assert found.path(1002) == tmp_path / "a.1002.exr"
    assert found.ranges == "-1,1001,1003,10010"


def test_gaps(tmp_path: Path) -> None:
    touch(tmp_path, "a.1001.exr", "a.1004.exr")
    assert Sequence.scan(tmp_path / "a.%04d.exr").missing() == [1002, 1003]


def test_a_still_is_a_sequence_of_one(tmp_path: Path) -> None:
    touch(tmp_path, "a.exr")
    still = Sequence.scan(tmp_path / "a.exr")
    assert still.is_still and still.frames == (1,) and still.path(1) == tmp_path / "a.exr"


def test_nothing_found_names_the_nearest(tmp_path: Path) -> None:
    touch(tmp_path, "sh010.1001.exr", "sh010.1002.exr", "other.png", "zebra.1.png")
    with pytest.raises(MissingError, match=r"nearest there is .*sh010.####.exr 1001-1002"):
        Sequence.scan(tmp_path / "sh01.####.exr")
    with pytest.raises(MissingError, match=r"nearest there is .*other\.png"):
        Sequence.scan(tmp_path / "othr.png")
    with pytest.raises(MissingError, match="there is no folder"):
        Sequence.scan(tmp_path / "absent" / "a.####.exr")
    with pytest.raises(MissingError, match="nothing like it"):
        (tmp_path / "empty").mkdir()
        Sequence.scan(tmp_path / "empty" / "a.####.exr")


def test_sequences_in_a_folder() -> None:
    names = ["a.0001.exr", "a.0002.exr", "b-0005.png", "note.txt", ".a.0003.exr.1.1.part"]
    assert sorted(map(str, sequences_in(names))) == ["a.####.exr 1-2", "b-####.png 5"]
