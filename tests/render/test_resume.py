"""Done once: what is there and right stays, and what changed is rendered again, nothing else."""

import json
import os
import shutil

import numpy as np
import pytest

from grade.io import Frame, read
from grade.render.ledger.journal_reader import JournalReader

from .shot import FIRST, LAST, LOOK, pixels, write_look, write_plate

COUNT = LAST - FIRST + 1


def stamps(folder):
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("[!.]*")}


def rendered_again(shot, *words, look=None, plate=None):
    """The frames that a second run writes, by its own word and by the files."""
    before = stamps(shot.out.parent)
    done = shot.run("render", look or shot.look, plate or shot.plate, shot.out, "--json", *words)
    assert done.code == 0, done.err
    said = {f["frame"] for f in json.loads(done.out)["frames"] if f["status"] == "ok"}
    after = stamps(shot.out.parent)
    written = {int(n.split(".")[1]) for n, stamp in after.items() if before.get(n) != stamp}
    assert said == written
    return sorted(written)


def why(shot, *words, look=None):
    done = shot.run(
        "render", look or shot.look, shot.plate, shot.out, "--dry-run", "--json", *words
    )
    assert done.code == 0, done.err
    return json.loads(done.out)["reasons"]


@pytest.fixture
def done(shot):
    assert shot.run("render", shot.look, shot.plate, shot.out).code == 0
    return shot


def test_nothing_is_done_twice(done):
    assert rendered_again(done) == []
    again = done.run("render", done.look, done.plate, done.out)
    assert again.lines[-1] == f"done {COUNT} failed 0 skipped 0"
    assert f"up to date: {FIRST}-{LAST}" in again.err
    assert why(done) == {}


def test_force_does_everything(done):
    assert rendered_again(done, "--force") == list(range(FIRST, LAST + 1))


def test_a_file_that_was_written_over_is_done_again(done):
    """As by a job with another look that was killed before it could note it."""
    path, other = done.out.with_name("graded.1003.exr"), done.out.with_name("graded.1004.exr")
    data = other.read_bytes()
    size = path.stat().st_size
    path.write_bytes(data[:size].ljust(size, b"\0"))
    assert why(done)["1003"] == {"master": "the content of the file is not what was written"}
    assert rendered_again(done) == [1003]
    shutil.copyfile(path, path.with_name("copy"))
    os.replace(path.with_name("copy"), path)
    assert rendered_again(done) == []


def test_what_is_gone_or_cut_or_new_is_done(done):
    done.out.with_name("graded.1003.exr").unlink()
    cut = done.out.with_name("graded.1005.exr")
    cut.write_bytes(cut.read_bytes()[:-10])
    write_plate(done.plate.parent, [LAST + 1])
    reasons = why(done)
    assert reasons["1003"] == {"master": "the file is gone"}
    assert "bytes" in reasons["1005"]["master"]
    assert reasons[str(LAST + 1)] == {"master": "new"}
    assert rendered_again(done) == [1003, 1005, LAST + 1]


def test_a_changed_source_costs_its_own_frame(done):
    changed = done.plate.with_name("plate.1004.exr")
    read(changed).write(changed, compression="none")
    Frame.from_pixels(pixels(99), tags={"colorInteropID": "lin_ap0_scene"}).write(
        done.plate.with_name("plate.1007.exr")
    )
    reasons = why(done)
    assert list(reasons) == ["1004", "1007"]
    assert "source changed: plate.1004.exr has another" in reasons["1004"]["master"]
    assert rendered_again(done) == [1004, 1007]


def test_equal_size_and_another_content_is_another_source(done):
    path = done.plate.with_name("plate.1002.exr")
    data = bytearray(path.read_bytes())
    place = data.find(b"lin_ap0_scene")
    assert place > 0
    frame = read(path)
    frame.with_attributes({"a": "x"}).write(path, compression="none")
    assert rendered_again(done) == [1002]
    size = path.stat().st_size
    frame.with_attributes({"a": "y"}).write(path, compression="none")
    assert path.stat().st_size == size
    assert "has another content" in why(done)["1002"]["master"]


def test_a_copy_of_the_plate_with_other_times_is_the_same(done):
    for path in done.plate.parent.iterdir():
        os.utime(path, (1e9, 1e9))
    assert rendered_again(done) == []


def test_a_project_that_was_moved_is_the_same(done, tmp_path):
    moved = tmp_path / "elsewhere"
    moved.mkdir()
    for name in ("plate", "out"):
        shutil.move(tmp_path / name, moved / name)
    asked = ("render", done.look, moved / "plate" / "plate.####.exr", moved / "out/graded.####.exr")
    again = done.run(*asked, "--json")
    assert json.loads(again.out)["kept"] == COUNT


def test_a_moved_knob_is_named_and_does_everything(done):
    reasons = why(done, "--set", "open.stops=0.25")
    assert len(reasons) == COUNT
    assert reasons["1001"]["master"] == "look changed: open.stops 0.5 -> 0.25"


def test_a_changed_node_is_named(done):
    text = LOOK.replace("  trim:", "  lift: {op: contrast, contrast: 1.1}\n  trim:")
    changed = write_look(done.folder, text, "changed.yaml")
    assert why(done, look=changed)["1001"]["master"] == "look changed: node lift added"
    assert why(done, "--without", "trim")["1001"]["master"].startswith("look changed: node trim")


def test_options_are_named(done):
    said = why(done, "--compression", "piz", "--nan", "black")["1001"]["master"]
    assert said == "options changed: compression None -> piz, nan keep -> black"
    assert len(rendered_again(done, "--compression", "piz")) == COUNT
    assert rendered_again(done, "--compression", "piz") == []


def test_a_lut_file_that_was_edited_does_its_frames(shot):
    lut = shot.folder / "film.cube"
    cube = "LUT_1D_SIZE 2\n0 0 0\n{0} {0} {0}\n"
    lut.write_text(cube.format("0.9"))
    text = "grade: 2\nlook: film\nnodes:\n  film: {op: file_lut, file: film.cube}\n"
    look = write_look(shot.folder, text + "outputs:\n  master: {}\n", "film.yaml")
    assert shot.run("render", look, shot.plate, shot.out).code == 0
    assert rendered_again(shot, look=look) == []
    lut.write_text(cube.format("0.8"))
    assert why(shot, look=look)["1001"]["master"] == "look changed: node film"
    assert len(rendered_again(shot, look=look)) == COUNT


KEYS = """\
grade: 2
look: keys
nodes:
  open:
    op: offset
    offset: {1001: 0.0, 1020: 0.2, 1040: %s, 1060: 0.2, 1100: 0.0}
outputs:
  master: {}
"""


def test_a_keyframe_that_moved_does_the_frames_whose_value_changed(tmp_path, shot):
    plate = write_plate(tmp_path / "long", range(1001, 1101), size=(4, 6))
    before = write_look(tmp_path, KEYS % "0.3", "before.yaml")
    after = write_look(tmp_path, KEYS % "0.35", "after.yaml")
    assert shot.run("render", before, plate, shot.out).code == 0
    assert rendered_again(shot, look=after, plate=plate) == list(range(1021, 1060))
    assert rendered_again(shot, look=after, plate=plate) == []


def test_a_matte_beside_the_plate_does_the_frames_it_is_in(shot):
    mattes = shot.folder / "mattes"
    mattes.mkdir()
    for number in range(FIRST, LAST + 1):
        Frame.from_pixels(pixels(number + 500)).write(mattes / f"m.{number}.exr", sync=False)
    text = (
        "grade: 2\nlook: lamps\ninputs:\n  lamp: {files: mattes/m.####.exr, channel: G}\n"
        "nodes:\n  up: {op: offset, offset: 0.1, matte: lamp}\noutputs:\n  master: {}\n"
    )
    look = write_look(shot.folder, text, "lamps.yaml")
    first = shot.run("render", look, shot.plate, shot.out)
    assert first.code == 0, first.err
    assert rendered_again(shot, look=look) == []
    Frame.from_pixels(pixels(900)).write(mattes / "m.1006.exr")
    assert "input changed: m.1006.exr" in why(shot, look=look)["1006"]["master"]
    assert rendered_again(shot, look=look) == [1006]


def test_one_output_more_does_only_that_output(done):
    small = done.folder / "sdr" / "s.####.png"
    asked = ("render", done.look, done.plate, done.out, "-o", f"sdr={small}")
    before = stamps(done.out.parent)
    assert done.run(*asked).code == 0
    assert stamps(done.out.parent) == before
    assert len(stamps(small.parent)) == COUNT
    together = done.folder / "both"
    asked = ("render", done.look, done.plate, together / "graded.####.exr")
    assert done.run(*asked, "-o", f"sdr={together}/s.####.png").code == 0
    for path in [*done.out.parent.glob("[!.]*"), *small.parent.glob("[!.]*")]:
        assert path.read_bytes() == (together / path.name).read_bytes()


def test_a_frame_that_failed_is_tried_again(shot):
    path = shot.plate.with_name("plate.1008.exr")
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert shot.run("render", shot.look, shot.plate, shot.out).code == 4
    assert why(shot)["1008"]["master"].startswith("failed before: ")
    path.write_bytes(whole)
    assert rendered_again(shot) == [1008]


def test_a_torn_journal_is_read_up_to_its_tear(done):
    (journal,) = (done.out.parent / ".grade").glob("*.jsonl")
    data = journal.read_bytes()
    lines = data.splitlines(keepends=True)
    journal.write_bytes(b"".join(lines[:-1]) + lines[-1][: len(lines[-1]) // 2])
    torn = json.loads(lines[-1])["frame"]
    assert [e.row.frame for e in JournalReader(done.out.parent).entries()] == [
        number for number in range(FIRST, LAST + 1) if number != torn
    ]
    assert rendered_again(done) == [torn]


def test_the_journal_says_what_the_file_is(done):
    (journal,) = (done.out.parent / ".grade").glob("*.jsonl")
    header, *rows = [json.loads(line) for line in journal.read_text().splitlines()]
    assert header["look"] == "dusk" and header["frames"] == f"{FIRST}-{LAST}"
    assert header["outputs"] == {"master": "graded.####.exr"}
    assert set(header["nodes"]) == {"open", "trim"}
    assert len(rows) == COUNT
    row = next(row for row in rows if row["frame"] == 1004)
    path = done.out.with_name(row["file"])
    frame = read(path)
    assert row["size"] == path.stat().st_size
    assert row["parts"]["program"] == frame.attributes["grade:program"]
    assert row["knobs"] == json.loads(frame.attributes["grade:knobs"])
    assert np.float32(row["knobs"]["trim.slope.r"]) == np.float32(1.1)
