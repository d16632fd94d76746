"""Sweep: names that look like patterns, as input, output, matte and plate.

Right by one rule: a path that is a file on disk is that file. A mark that stands in a word, as the
``@`` of ``cover@4x.png``, is no frame field at all, so a file whose name has a digit there changes
nothing. A name that is a file and also matches frames is refused and both are named, until
``literal`` decides. Each picture here is one flat color, so the color says which file was read.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import grade
from grade.cli import main
from grade.errors import RequestError
from grade.graph import place
from grade.ops import Offset

OWN, OTHER = 40, 200

# A name, and a file beside it that a lenient reader takes for a frame of it.
IN_A_WORD = {
    "cover@4x.png": "cover14x.png",
    "tile#3.png": "tile00013.png",
    "me@home.png": "me1home.png",
    "take #7.png": "take 00017.png",
    "50%dusk.png": "501usk.png",
    "C#.png": "C0001.png",
    "F@.png": "F1.png",
    "a%20b.png": "a0b.png",
    "50%grey.png": "501rey.png",
    "cost$Final.png": "cost1inal.png",
    "cost$F4ree.png": "cost0001ree.png",
    "#1.png": "00011.png",
    "shot #.png": "shot 0001.png",
}
# Names with a true field: a file of that name is read, unless frames match too.
FIELDS = {
    "sh.####.png": "sh.1001.png",
    "sh.#.png": "sh.1001.png",
    "@.png": "7.png",
    "a_@@.png": "a_07.png",
    "b.%04d.png": "b.0007.png",
    "%d.png": "7.png",
    "c.$F4.png": "c.0007.png",
    "d%03dv.png": "d007v.png",
    "##.png": "07.png",
    "x-#-y.png": "x-0007-y.png",
}
FOLDERS = ("%d", "@@", "##", "####", "$F4", "%04d", "a##b", "who@@where", "$F", "%3d")
MOVIES = (
    "final@50fps.mov", "clip.####.mov", "%04d.mp4", "$F4.mkv", "@.mxf", "a.%4d.mov", "b#.####.m4v",
    "c.@@.MOV", "%V.mp4", "two.####.%04d.mov",
)  # fmt: skip


def picture(path: Path, value: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.with_name("made.png")
    grade.Frame.from_pixels(np.full((2, 3, 3), value, np.uint8)).write(made, sync=False)
    made.rename(path)
    return path


def value(frame) -> int:
    return int(frame.pixels[0, 0, 0])


def plain_look():
    look = grade.Look("plain")
    look.outputs["out"] = look.source >> Offset(0.0)
    return look


@pytest.mark.parametrize("name", [*IN_A_WORD, *FIELDS])
def test_a_file_of_this_name_is_read(tmp_path, name):
    assert value(grade.read(picture(tmp_path / name, OWN))) == OWN


@pytest.mark.parametrize(("name", "beside"), IN_A_WORD.items())
def test_a_mark_in_a_word_is_no_field(tmp_path, name, beside):
    picture(tmp_path / beside, OTHER)
    assert value(grade.read(picture(tmp_path / name, OWN))) == OWN


@pytest.mark.parametrize(("name", "frame"), FIELDS.items())
def test_a_name_and_frames_of_it_are_both_named(tmp_path, name, frame):
    picture(tmp_path / name, OWN)
    picture(tmp_path / frame, OTHER)
    number = int("".join(c for c in frame if c.isdigit()))
    with pytest.raises(RequestError) as said:
        grade.read(tmp_path / name, number)
    assert name in str(said.value) and frame in str(said.value) and "literal" in str(said.value)
    assert value(grade.read(tmp_path / name, number, literal=True)) == OWN
    assert value(grade.read(tmp_path / name, number, literal=False)) == OTHER


@pytest.mark.parametrize("name", IN_A_WORD)
def test_an_output_of_this_name_is_replaced(tmp_path, name):
    frame = grade.Frame.from_pixels(np.full((2, 3, 3), OTHER, np.uint8), frame=1)
    assert frame.write(picture(tmp_path / name, OWN), sync=False) == tmp_path / name
    assert [path.name for path in tmp_path.iterdir()] == [name]


@pytest.mark.parametrize("name", [n for n in IN_A_WORD if "$" not in n])
def test_an_output_that_is_not_there_yet_gets_this_name(tmp_path, name):
    frame = grade.Frame.from_pixels(np.full((2, 3, 3), OTHER, np.uint8), frame=1)
    assert frame.write(tmp_path / name, sync=False) == tmp_path / name


@pytest.mark.parametrize(("name", "beside"), FIELDS.items())
def test_an_output_with_a_field_that_is_not_there_yet_is_a_frame(tmp_path, name, beside):
    number = int("".join(c for c in beside if c.isdigit()))
    frame = grade.Frame.from_pixels(np.full((2, 3, 3), OTHER, np.uint8), frame=number)
    assert frame.write(tmp_path / name, sync=False) == tmp_path / beside
    assert frame.write(tmp_path / name, literal=True, sync=False) == tmp_path / name


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_folder_of_this_name_is_that_folder(tmp_path, folder):
    picture(tmp_path / folder / "a.png", OWN)
    picture(tmp_path / folder / "b.1001.png", OTHER)
    assert value(grade.read(tmp_path / folder / "a.png")) == OWN
    assert value(grade.read(tmp_path / folder / "b.####.png", 1001)) == OTHER
    frame = grade.Frame.from_pixels(np.zeros((2, 3, 3), np.uint8), frame=1002)
    assert frame.write(tmp_path / folder / "b.####.png", sync=False).name == "b.1002.png"


@pytest.mark.parametrize("name", MOVIES)
def test_a_movie_is_one_file(tmp_path, name):
    from grade.io.sequence.named_files import named_files

    found = named_files(tmp_path / name)
    assert found.is_still and found.path(50) == tmp_path / name
    assert str(found) == str(tmp_path / name)


@pytest.mark.parametrize("name", [n for n in IN_A_WORD if "$" not in n][:5])
def test_the_verb_render_reads_and_writes_these_names(tmp_path, name, monkeypatch):
    monkeypatch.chdir(tmp_path)
    picture(tmp_path / name, OWN)
    picture(tmp_path / IN_A_WORD[name], OTHER)
    plain_look().save("l.grade.yaml")
    assert main(["render", "l.grade.yaml", name, f"out/{name}", "--device", "cpu", "-q"]) == 0
    assert [p.name for p in Path("out").iterdir() if p.name[0] != "."] == [name]
    assert value(grade.read(f"out/{name}")) == OWN
    # The second job finds its own file, and the other verbs mean the same file.
    assert main(["render", "l.grade.yaml", name, f"out/{name}", "--device", "cpu", "-q"]) == 0
    assert main(["verify", f"out/{name}", "-q"]) == 0
    assert main(["status", f"out/{name}"]) == 0
    assert main(["status", "out"]) == 0
    assert main(["diff", name, f"out/{name}", "--max", "0"]) == 0


@pytest.mark.parametrize("name", ["sh.####.png", "b.%04d.png", "C#.png"])
def test_literal_decides_on_the_command_line(tmp_path, name, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    frame = {**FIELDS, **IN_A_WORD}[name]
    picture(tmp_path / name, OWN)
    picture(tmp_path / frame, OTHER)
    plain_look().save("l.grade.yaml")
    words = ["render", "l.grade.yaml", name, "--device", "cpu", "-q"]
    if name in FIELDS:
        assert main([*words, "out.####.png"]) == 2
        said = capsys.readouterr().err
        assert name in said and frame in said and "--literal" in said
        assert not list(tmp_path.glob("out*"))
        assert main([*words, "all.####.png", "--no-literal"]) == 0
        number = int("".join(c for c in frame if c.isdigit()))
        assert value(grade.read(f"all.{number:04d}.png")) == OTHER
    assert main([*words, "one.####.png", "--literal"]) == 0
    assert value(grade.read("one.####.png")) == OWN
    assert main(["info", name, "--literal", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["path"] == name


@pytest.mark.parametrize("name", ["cover@4x.png", "tile#3.png", "%d.png", "sh.####.png", "C#.png"])
@pytest.mark.parametrize("kind", ["matte", "plate"])
def test_mattes_and_plates_of_these_names(tmp_path, name, kind):
    picture(tmp_path / name, 255)
    if name in IN_A_WORD:
        picture(tmp_path / IN_A_WORD[name], 0)
    plate = grade.read(picture(tmp_path / "plate.png", OWN))
    look = grade.Look("plain")
    path = str(tmp_path / name)
    if kind == "matte":
        held = grade.MatteFile(path, name="held")
        look.outputs["out"] = look.source >> Offset(0.5, matte=held)
        right = (OWN + 127.5) / 255
    else:
        look.outputs["out"] = grade.mix(look.source, place(grade.PlateFile(path, name="held")))
        right = 1.0
    got = look.apply(plate, frame=1, device="cpu").pixels[0, 0, 0]
    assert abs(float(got) / 255 - right) < 0.01
