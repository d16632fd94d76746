"""A job from end to end: what is written, what is kept, what is said, which exit code."""

import json
import os
from fractions import Fraction

import numpy as np
import pytest

from grade.graph import Look
from grade.io import Frame, Window, read
from grade.run import executor

from .shot import FIRST, LAST, LOOK, PLATES, pixels, write_look, write_plate

COUNT = LAST - FIRST + 1


def truncate(path):
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def files(folder):
    return {path.name: path.read_bytes() for path in sorted(folder.glob("[!.]*"))}


def test_a_sequence_is_graded(shot):
    done = shot.run("render", shot.look, shot.plate, shot.out)
    assert done.code == 0
    assert done.lines[-1] == f"done {COUNT} failed 0 skipped 0"
    look = Look.load(shot.look)
    for number in (FIRST, LAST):
        graded = read(shot.out, number)
        wanted = look.apply(read(shot.plate, number), device="reference")
        assert np.array_equal(graded.pixels, wanted.pixels)
        assert graded.tags["colorInteropID"] == "lin_ap0_scene"


def test_the_first_line_says_who_works_on_what_and_how(shot):
    done = shot.run("render", shot.look, shot.plate, shot.out)
    first = done.lines[0]
    for word in ("grade ", "reference", "look dusk ", "program master:", "config ocio://studio"):
        assert word in first
    assert first.endswith(f"{COUNT} frames {FIRST}-{LAST}")
    assert any(line.startswith(f"{FIRST} ok ") for line in done.lines)


def test_stdout_is_data_and_stderr_is_talk(shot):
    assert shot.run("render", shot.look, shot.plate, shot.out).out == ""
    done = shot.run("render", shot.look, shot.plate, shot.out, "--json", "-q")
    data = json.loads(done.out)
    assert (data["done"], data["failed"], data["skipped"]) == (COUNT, 0, 0)
    assert [frame["frame"] for frame in data["frames"]] == list(range(FIRST, LAST + 1))
    assert done.lines == [f"done {COUNT} failed 0 skipped 0"]


def test_missing_and_damaged_frames_cost_no_other_frame(shot):
    for number in (1004, 1005, 1011):
        shot.plate.with_name(f"plate.{number}.exr").unlink()
    truncate(shot.plate.with_name("plate.1001.exr"))  # the first one: the plan must get past it
    truncate(shot.plate.with_name("plate.1008.exr"))
    shot.plate.with_name("plate.1009.exr").write_bytes(b"")
    done = shot.run("render", shot.look, shot.plate, shot.out, "--report", shot.folder / "r.json")
    assert done.code == 4
    assert done.lines[-1] == f"done {COUNT - 6} failed 3 skipped 3"
    assert f"{shot.plate}: missing: 1004-1005,1011" in done.err
    assert f"{shot.plate}: failed: 1001,1008-1009" in done.err
    assert any(line.startswith("1008 failed ") and "plate.1008.exr" in line for line in done.lines)
    assert len(files(shot.out.parent)) == COUNT - 6
    data = json.loads((shot.folder / "r.json").read_text())
    assert (data["exit_code"], data["missing"]) == (4, "1004-1005,1011")


def test_the_policy_error_stops_before_the_first_frame(shot):
    shot.plate.with_name("plate.1004.exr").unlink()
    done = shot.run("render", shot.look, shot.plate, shot.out, "--missing", "error")
    assert done.code == 2
    assert "missing frames 1004" in done.err
    assert not shot.out.parent.exists()


def test_hold_and_black_fill_the_gaps(shot):
    for number in (1001, 1004, 1005):
        shot.plate.with_name(f"plate.{number}.exr").unlink()
    asked = ("render", shot.look, shot.plate, shot.out, "--frames", f"{FIRST}-{LAST}")
    done = shot.run(*asked, "--missing", "hold")
    assert done.code == 0
    for number, source in ((1001, 1002), (1004, 1003), (1005, 1003)):
        held, own = read(shot.out, number), read(shot.out, source)
        assert np.array_equal(held.pixels, own.pixels)
        assert held.attributes["grade:frame"] == str(number)
    assert shot.run(*asked, "--missing", "black").code == 0
    black = Look.load(shot.look).apply(np.zeros((1, 1, 3), np.float16), device="reference")
    assert (read(shot.out, 1004).pixels == black).all()


def test_frames_choose(shot):
    done = shot.run("render", shot.look, shot.plate, shot.out, "--frames", "1002-1008x3,1012")
    assert done.code == 0
    assert [*files(shot.out.parent)] == [f"graded.{n}.exr" for n in (1002, 1005, 1008, 1012)]
    none = shot.run("render", shot.look, shot.plate, shot.out, "--frames", "2001-2010")
    assert none.code == 2
    assert "missing frames 2001-2010" in none.err and f"{FIRST}-{LAST}" in none.err


def test_a_still_is_a_sequence_of_one(shot):
    still = shot.plate.with_name("plate.1003.exr")
    done = shot.run("render", shot.look, still, shot.folder / "one.exr")
    assert (done.code, done.lines[-1]) == (0, "done 1 failed 0 skipped 0")
    several = shot.run("render", shot.look, still, shot.folder / "two.exr", "--frames", "1-3")
    assert several.code == 2 and "is a still" in several.err
    numbered = shot.run("render", shot.look, still, shot.out, "--frames", "1040")
    assert numbered.code == 0 and read(shot.out, 1040).attributes["grade:frame"] == "1040"


def test_a_still_is_asked_for_the_frame_where_keys_stand(shot):
    """Its name says 1003, but so may a version or a take; a guess would grade it in silence."""
    keyed = LOOK.replace("stops: 0.5", "stops: {1001: 0.0, 1012: 0.5}")
    still, out = shot.plate.with_name("plate.1003.exr"), shot.folder / "one.exr"
    look = write_look(shot.folder, keyed, "keyed.grade.yaml")
    done = shot.run("render", look, still, out)
    assert done.code == 2 and not out.exists()
    assert "open.stops has keyframes" in done.err and "--frames 1001" in done.err
    assert shot.run("render", look, still, out, "--frames", "1003").code == 0
    assert "open.stops" in read(out).attributes["grade:knobs"]
    from_the_start = keyed.replace("input:", "time: shot\ninput:").replace("1001: 0.0", "0: 0.0")
    look = write_look(shot.folder, from_the_start, "shot.grade.yaml")
    assert shot.run("render", look, still, shot.folder / "two.exr").code == 0


def test_a_report_that_has_no_place_stops_the_job_before_the_first_frame(shot):
    asked = ("render", shot.look, shot.plate, shot.out, "--report")
    absent = shot.run(*asked, shot.folder / "none" / "report.json")
    assert absent.code == 2 and "there is no folder" in absent.err
    taken = shot.run(*asked, shot.folder)
    assert taken.code == 2 and "a folder; name a file in it" in taken.err
    assert not shot.out.parent.exists()


def test_everything_but_color_comes_through(shot):
    planes = pixels(7, 4)
    depth = np.arange(planes[..., 0].size, dtype=np.float32).reshape(planes.shape[:2])
    frame = Frame.from_pixels(
        planes,
        timecode="10:11:12:13",
        pixel_aspect=2.0,
        data_window=Window(10, 20, 73, 55),
        display_window=Window(0, 0, 99, 99),
        tags={"colorInteropID": "lin_ap0_scene"},
        attributes={"owner": "somebody", "framesPerSecond": Fraction(24000, 1001), "take": 3},
        compression="piz",
    ).with_planes({"depth.Z": depth})
    source = frame.write(shot.folder / "rich.exr")
    target = shot.folder / "graded.exr"
    assert shot.run("render", shot.look, source, target).code == 0
    before, after = read(source), read(target)
    assert set(after.planes) == set(before.planes)
    for name in ("A", "depth.Z"):
        assert after.planes[name].dtype == before.planes[name].dtype
        assert np.array_equal(after.planes[name], before.planes[name])
    assert not np.array_equal(after.planes["R"], before.planes["R"])
    for field in ("timecode", "pixel_aspect", "data_window", "display_window", "compression"):
        assert getattr(after, field) == getattr(before, field)
    kept = {name: value for name, value in after.attributes.items() if name in before.attributes}
    assert kept["owner"] == "somebody" and kept["take"] == 3
    assert kept.keys() == before.attributes.keys()


def test_premultiplied_edges_are_graded_straight(shot):
    straight = pixels(3, 4, dtype=np.float32)
    multiplied = straight.copy()
    multiplied[..., :3] *= straight[..., 3:]
    source = Frame.from_pixels(multiplied, tags={"colorInteropID": "lin_ap0_scene"})
    path = source.write(shot.folder / "edge.exr", bits="float")
    assert shot.run("render", shot.look, path, shot.folder / "g.exr").code == 0
    graded = Look.load(shot.look).apply(straight[..., :3].copy(), device="reference")
    result = read(shot.folder / "g.exr").pixels
    assert np.allclose(result[..., :3], graded * straight[..., 3:], rtol=2e-6, atol=1e-7)
    assert shot.run("render", shot.look, path, shot.folder / "i.exr", "--alpha", "ignore").code == 0
    ignored = Look.load(shot.look).apply(multiplied[..., :3].copy(), device="reference")
    assert np.array_equal(read(shot.folder / "i.exr").pixels[..., :3], ignored)


def test_two_outputs_from_one_read(shot):
    small = shot.folder / "sdr" / "s.%04d.png"
    done = shot.run("render", shot.look, shot.plate, shot.out, "-o", f"sdr={small}")
    assert done.code == 0
    assert len(files(shot.out.parent)) == len(files(small.parent)) == COUNT
    picture = read(small, FIRST)
    assert picture.pixels.dtype == np.uint16
    assert picture.tags["colorInteropID"] == "g24_rec709_display"
    look = Look.load(shot.look)
    wanted = look.apply(read(shot.plate, FIRST), output="sdr", device="reference")
    apart = picture.pixels / 65535.0 - np.clip(wanted.pixels.astype(np.float64), 0, 1)
    assert np.abs(apart).max() < 6e-4  # the other one is rounded to half
    assert shot.run("render", shot.look, shot.plate, shot.out, "-o", f"sdr={small}").code == 0


def test_scene_light_does_not_go_into_a_png(shot):
    asked = ("render", shot.look, shot.plate.with_name("plate.1001.exr"), shot.folder / "a.png")
    done = shot.run(*asked)
    assert done.code == 2
    assert "this output is ACES2065-1; add a Display or --as-is" in done.err
    assert shot.run(*asked, "--as-is").code == 0


def test_bits_and_compression_are_kept_or_chosen(shot):
    plate = write_plate(shot.folder / "piz", [1], compression="piz")
    asked = ("render", shot.look, plate, shot.out)
    assert shot.run(*asked).code == 0
    kept = read(shot.out, 1)
    assert (kept.compression, kept.pixels.dtype) == ("piz", np.float16)
    assert shot.run(*asked, "--bits", "float", "--compression", "zips").code == 0
    chosen = read(shot.out, 1)
    assert (chosen.compression, chosen.pixels.dtype) == ("zips", np.float32)
    wrong = shot.run(*asked, "--compression", "zap")
    assert wrong.code == 2 and "zap" in wrong.err


def test_knobs_are_set_and_written_into_the_header(shot):
    asked = ("render", shot.look, shot.plate, shot.out, "--frames", "1001")
    assert shot.run(*asked, "--set", "trim.slope=1.5,1,1", "--set", "open.stops=-1").code == 0
    knobs = json.loads(read(shot.out, 1001).attributes["grade:knobs"])
    assert (knobs["trim.slope.r"], knobs["open.stops"]) == (1.5, -1.0)
    wrong = shot.run(*asked, "--set", "trim.slop=1")
    assert wrong.code == 2 and "slope" in wrong.err


def test_the_same_job_gives_the_same_bytes_whatever_the_threads(shot):
    folders = [shot.folder / name for name in ("one", "two", "four")]
    for folder, threads in zip(folders, (1, 2, 4), strict=True):
        asked = ("render", shot.look, shot.plate, folder / "g.####.exr", "--threads", threads)
        assert shot.run(*asked, device="cpu").code == 0
    first = files(folders[0])
    assert len(first) == COUNT
    assert files(folders[1]) == first and files(folders[2]) == first
    host = os.uname().nodename.encode() if hasattr(os, "uname") else b"\0"
    assert not any(
        str(shot.folder).encode() in data or host + b"\0" in data for data in first.values()
    )


def test_cpu_and_reference_agree(shot):
    asked = ("render", shot.look, shot.plate, shot.out, "--frames", "1001", "--bits", "float")
    assert shot.run(*asked, device="cpu").code == 0
    look = Look.load(shot.look)
    frame = read(shot.plate, 1001)
    wide = frame.with_pixels(frame.pixels.astype(np.float32))
    wanted = look.apply(wide, device="reference").pixels
    assert np.allclose(read(shot.out, 1001).pixels, wanted, rtol=2e-5, atol=1e-6)
    assert executor("cpu").name.startswith("cpu")


def test_nothing_of_others_is_overwritten(shot):
    shot.out.parent.mkdir()
    stranger = shot.out.with_name("graded.1005.exr")
    stranger.write_bytes(shot.plate.with_name("plate.1001.exr").read_bytes())
    done = shot.run("render", shot.look, shot.plate, shot.out)
    assert done.code == 2
    assert "a file is there that grade did not write (graded.1005.exr)" in done.err
    assert [*files(shot.out.parent)] == ["graded.1005.exr"]
    assert shot.run("render", shot.look, shot.plate, shot.out, "--force").code == 0
    assert shot.run("render", shot.look, shot.plate, shot.out).code == 0  # now all are ours


def test_the_plate_is_never_the_output(shot):
    before = files(shot.plate.parent)
    done = shot.run("render", shot.look, shot.plate, shot.plate)
    assert done.code == 2 and "the output is the plate itself" in done.err
    assert files(shot.plate.parent) == before
    twice = shot.run("render", shot.look, shot.plate, shot.out, "-o", f"sdr={shot.out}")
    assert twice.code == 2 and "are one file" in twice.err


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere"
)
def test_a_folder_that_cannot_be_written_is_said_first(shot):
    shot.out.parent.mkdir(mode=0o555)
    done = shot.run("render", shot.look, shot.plate, shot.out)
    assert done.code == 2 and "no permission" in done.err


def test_a_dry_run_writes_nothing(shot):
    shot.plate.with_name("plate.1004.exr").unlink()
    done = shot.run("render", shot.look, shot.plate, shot.out, "--dry-run")
    assert done.code == 0
    assert f"would write master: {shot.out}, {COUNT - 1} frames" in done.err
    assert "missing 1004" in done.err
    assert not shot.out.parent.exists()


def test_a_tag_that_contradicts_the_look_stops_the_job(shot):
    plate = write_plate(shot.folder / "cg", tags={"colorInteropID": "lin_ap1_scene"})
    done = shot.run("render", shot.look, plate, shot.out)
    assert done.code == 2
    assert "tagged ACEScg" in done.err and "ACES2065-1" in done.err
    assert not shot.out.parent.exists()
    assert shot.run("render", shot.look, plate, shot.out, "--trust-input").code == 0
    assert shot.run("render", shot.look, plate, shot.out, "--input", "ACEScg").code == 0


def test_auto_asks_the_file(shot):
    look = write_look(shot.folder, LOOK.replace("input: ACES2065-1", "input: auto"), "auto.yaml")
    assert shot.run("render", look, shot.plate, shot.out).code == 0
    wanted = Look.load(shot.look).apply(read(shot.plate, FIRST), device="reference")
    assert np.array_equal(read(shot.out, FIRST).pixels, wanted.pixels)
    silent = Frame.from_pixels(pixels(1, dtype=np.float32)).write(shot.folder / "silent.png")
    refused = shot.run("render", look, silent, shot.folder / "graded.exr")
    assert refused.code == 2 and "--input" in refused.err


def test_what_the_store_lost_is_counted(shot):
    values = pixels(1)
    values[3, 5, 1] = np.nan
    values[4, 6] = 40000
    path = Frame.from_pixels(values, data_window=Window(10, 20, 73, 55)).write(
        shot.folder / "h.exr"
    )
    text = "grade: 2\nlook: hot\nnodes:\n  trim: {op: cdl, slope: 2}\noutputs:\n  master: {}\n"
    hot = write_look(shot.folder, text, "hot.yaml")
    target = shot.folder / "out.exr"
    done = shot.run("render", hot, path, target, "--json", "--progress", "plain")
    (frame,) = json.loads(done.out)["frames"]
    assert frame["stored"]["master"] == {
        "nan": 1, "infinite": 0, "saturated": 3, "first": [15, 23, "G"],
    }  # fmt: skip
    assert "master: 1 NaN, 3 at +-65504 (first at 15,23 G)" in done.err
    assert np.isnan(read(target).pixels).sum() == 1
    assert shot.run("render", hot, path, target, "--nan", "black").code == 0
    assert read(target).pixels[3, 5, 1] == 0


def test_progress_in_the_form_of_a_farm(shot):
    done = shot.run("render", shot.look, shot.plate, shot.out, "--progress", "openjd", "-q")
    shares = [float(line.split()[1]) for line in done.lines if line.startswith("openjd_progress: ")]
    assert len(shares) == COUNT and shares[-1] == 100.0 and shares == sorted(shares)
    log = shot.folder / "job.log"
    done = shot.run(
        "render", shot.look, shot.plate, shot.out, "--progress", "none", "--log", log, "--force"
    )
    assert " ok " not in done.err
    written = log.read_text().splitlines()
    assert written[0] == done.lines[0] and written[-1] == done.lines[-1]
    assert sum(" ok " in line for line in written) == COUNT
    assert shot.run("render", shot.look, "none.exr", shot.out, "--log", log).code == 2
    assert "none.exr" in log.read_text().splitlines()[-1]


def test_a_full_disk_is_a_failure_that_may_pass(shot, monkeypatch):
    import errno

    real = os.replace

    def full(source, target):
        if "1003" in str(target):
            raise OSError(errno.ENOSPC, "No space left on device")
        real(source, target)

    monkeypatch.setattr(os, "replace", full)
    done = shot.run("render", shot.look, shot.plate, shot.out, "--threads", 1)
    assert done.code == 75
    assert "1003 failed" in done.err and "No space left" in done.err
    assert "not begun: " in done.err
    assert done.lines[-1].startswith("done ") and " failed 1 " in done.lines[-1]
    assert not [path for path in shot.out.parent.iterdir() if path.name.endswith(".part")]


@pytest.mark.skipif(not PLATES.is_dir(), reason=f"the photographs of {PLATES.name} are not here")
def test_photographs_from_logc4_to_rec709(shot):
    """Photographs, made LogC4 plates as a camera would hand them over, then graded to video."""
    names = ("Desk", "Carrots", "Cannon", "GoldenGate")
    head = LOOK.partition("input:")[0]
    camera = write_look(
        shot.folder,
        head + "input: Linear Rec.709 (sRGB)\nworking: ACEScct\nnodes: {}\n"
        "outputs:\n  log: {space: ARRI LogC4}\n",
        "camera.yaml",
    )
    look = write_look(
        shot.folder,
        head + "input: ARRI LogC4\nworking: ACEScct\nnodes:\n"
        "  open: {op: exposure, stops: 0.4}\n"
        "  trim: {op: cdl, slope: [1.02, 1.0, 0.98], saturation: 1.1}\n"
        "  pivot: {op: contrast, contrast: 1.1}\n"
        "outputs:\n"
        "  sdr: {display: Rec.1886 Rec.709 - Display, view: Un-tone-mapped}\n",
        "photo.yaml",
    )
    for number, name in enumerate(names, 1):
        (shot.folder / f"photo.{number:04d}.exr").write_bytes((PLATES / f"{name}.exr").read_bytes())
    log = shot.folder / "log" / "photo.####.exr"
    photos = shot.folder / "photo.####.exr"  # of four sizes: the flag takes them as one plate
    first = shot.run(
        "render", camera, photos, log, "--compression", "zip",
        "--input", "Linear Rec.709 (sRGB)", "--trust-input", device="cpu",
    )  # fmt: skip
    assert first.code == 0, first.err
    target = shot.folder / "sdr" / "photo.####.png"
    done = shot.run("render", look, log, target, "--input", "ARRI LogC4", device="cpu")
    assert (done.code, done.lines[-1]) == (0, "done 4 failed 0 skipped 0"), done.err
    for number in range(1, 5):
        plate, shown = read(log, number), read(target, number)
        step = [plane[::37, ::41].astype(np.float32) for plane in plate.planes.values()]
        some = np.stack([step[[*plate.planes].index(n)] for n in plate.color[:3]], axis=-1)
        wanted = Look.load(look).apply(some, device="reference")
        window, display = plate.data_window, plate.display_window
        rows = slice(window.y_min - display.y_min, None, 37)
        columns = slice(window.x_min - display.x_min, None, 41)
        got = shown.pixels[rows, columns][: some.shape[0], : some.shape[1], :3] / 65535.0
        assert np.abs(got - np.clip(wanted, 0, 1)).max() < 3e-4
        assert 0.05 < got.mean() < 0.95
