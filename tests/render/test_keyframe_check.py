"""Keys that break a limit between them: a job ends with exit 2 before its first frame."""

import numpy as np
import pytest

import grade
from grade.errors import RequestError
from grade.io import Frame
from grade.render.errors import PlanError

from .shot import child, write_look, write_plate

# The cubic of these handles first goes the other way: sampled at 200000 places of its own parameter
# it is 0.9, 1.01302, 1.04521, 1.01952, 0.95254, ... at the frames, and the ceiling is 1.
LOOK = """\
grade: 2
look: dusk
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input: ACES2065-1
working: ACEScct
{head}
nodes:
  trim: {{op: cdl}}
  open:
    op: soft_clip
    ceiling: 1.0
    shoulder:
      {first}: 0.9
      {last}: {{value: 0.3, ease: bezier, handles: [0.3, -0.9, 0.7, 1.0]}}
outputs:
  master: {{from: open, space: ACES2065-1}}
"""


def keyed(folder, head="", first=1001, last=1012):
    return write_look(folder, LOOK.format(head=head, first=first, last=last))


def refused(look, plate, target, **options):
    with pytest.raises(PlanError) as caught:
        grade.render(look, plate, target, device="reference", **options)
    assert not list(target.parent.glob("o.*")), "something was written"
    return str(caught.value)


def test_the_frames_are_named_and_nothing_is_written(tmp_path):
    plate = write_plate(tmp_path / "plate", size=(4, 4))
    with child("render", keyed(tmp_path), plate, tmp_path / "o.####.exr") as process:
        _, said = process.communicate()
    assert process.returncode == 2
    assert "frames 1002-1004: open.shoulder = 1.01302: not below ceiling = 1 value" in said
    assert "move a key or its handles" in said
    assert not list(tmp_path.glob("o.*"))


def test_frames_that_break_no_limit_are_rendered(tmp_path):
    plate = write_plate(tmp_path / "plate", size=(4, 4))
    report = grade.render(
        keyed(tmp_path), plate, tmp_path / "o.####.exr", device="reference", frames="1001,1005-1012"
    )
    assert report.last_line == "done 9 failed 0 skipped 0"


@pytest.mark.parametrize("chunk", ["1/4", "4/4"])
def test_all_chunks_are_refused_alike(tmp_path, chunk):
    plate = write_plate(tmp_path / "plate", size=(4, 4))
    text = refused(keyed(tmp_path), plate, tmp_path / "o.####.exr", chunk=chunk)
    assert "frames 1002-1004" in text


def test_keys_of_a_shot_count_from_its_first_frame(tmp_path):
    plate = write_plate(tmp_path / "plate", size=(4, 4))
    look = keyed(tmp_path, head="time: shot", first=0, last=11)
    text = refused(look, plate, tmp_path / "o.####.exr")
    assert "frames 1002-1004" in text


def test_keys_at_timecodes_are_found_by_the_first_timecode(tmp_path):
    plate = tmp_path / "plate.####.exr"
    for number in range(1, 13):
        frame = Frame.from_pixels(
            np.full((4, 4, 3), 0.4, np.float32),
            frame=number,
            timecode=f"01:00:00:{number:02}",
            tags={"colorInteropID": "lin_ap0_scene"},
        )
        frame.write(plate, sync=False)
    look = keyed(tmp_path, head="rate: 24", first="01:00:00:01", last="01:00:00:12")
    text = refused(look, plate, tmp_path / "o.####.exr")
    assert "frames 2-4" in text


def test_a_shot_of_a_show_is_refused_and_others_are_rendered(tmp_path):
    keyed(tmp_path)
    for shot, numbers in (("sh010", range(1001, 1005)), ("sh020", range(1009, 1013))):
        write_plate(tmp_path / shot, numbers, size=(4, 4))
    (tmp_path / "shots.csv").write_text("shot\nsh010\nsh020\n")
    show = tmp_path / "harbour.show.yaml"
    show.write_text(
        "grade: 1\nshow: harbour\nlook: dusk.grade.yaml\nplates: $SHOT/plate.####.exr\n"
        "outputs: {master: $SHOT/o.####.exr}\nshots: shots.csv\n"
    )
    report = grade.render_show(show, device="reference")
    assert "frames 1002-1004: open.shoulder" in str(report.refused["sh010"])
    assert not list((tmp_path / "sh010").glob("o.*"))
    assert len(list((tmp_path / "sh020").glob("o.*"))) == 4


def test_apply_raises_what_a_job_would_refuse(tmp_path):
    look = grade.load(keyed(tmp_path))
    picture = np.full((1, 1, 3), 0.4, np.float32)
    with pytest.raises(RequestError, match=r"open\.shoulder = .*ceiling.*, at frame 1003"):
        look.apply(picture, frame=1003, device="reference")
    look.apply(picture, frame=1008, device="reference")
