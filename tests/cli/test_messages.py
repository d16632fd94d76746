"""The six messages that are pinned, by text and exit code, and how every other error ends."""

import numpy as np
import pytest

from grade.cli import main, verbs
from grade.errors import CheckFailed, FramesFailed, RequestError, TemporaryError
from grade.io import Frame

HEAD = """\
grade: 2
look: night
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input: ACES2065-1
working: ACEScct
nodes:
  trim:
    op: {op}
    {parameter}: {value}
outputs:
  sdr: {{display: Rec.1886 Rec.709 - Display, view: {view}}}
"""


@pytest.fixture
def night(tmp_path, monkeypatch):
    """Write `night.grade.yaml`, changed in one word, into the current folder."""
    monkeypatch.chdir(tmp_path)

    def write(op="cdl", parameter="saturation", value="0.9", view="Un-tone-mapped", **words):
        text = HEAD.format(op=op, parameter=parameter, value=value, view=view)
        for old, new in words.items():
            text = text.replace(old, new)
        (tmp_path / "night.grade.yaml").write_text(text)
        return "night.grade.yaml"

    return write


def plate(folder, numbers):
    for number in numbers:
        pixels = np.full((4, 4, 3), 0.18, np.float16)
        Frame.from_pixels(pixels, frame=number).write(folder / "sh010.####.exr", sync=False)


def test_unknown_op(run, night):
    done = run("explain", night(op="cdll"))
    assert (done.code, done.out) == (2, "")
    assert done.err == "night.grade.yaml:8: trim: there is no op 'cdll'. Did you mean cdl?\n"


def test_unknown_parameter(run, night):
    done = run("explain", night(parameter="saturaton"))
    assert done.code == 2
    assert done.err == (
        "night.grade.yaml:9: trim.saturaton: cdl has no such parameter. "
        "Did you mean saturation (0..100, factor, default 1)?\n"
    )


def test_out_of_range(run, night):
    done = run("explain", night(value="500"))
    assert done.code == 2
    assert done.err == (
        "night.grade.yaml:9: trim.saturation = 500: outside 0..100 factor (usual 0..2)\n"
    )


CONFIG = "ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6"


def test_unknown_view(run, night):
    done = run("explain", night(view="Un-tone-maped"))
    assert done.code == 2
    assert done.err == (
        f"night.grade.yaml:11: sdr.view: {CONFIG}: display 'Rec.1886 Rec.709 - Display' has no "
        "view 'Un-tone-maped'; its views are ACES 2.0 - SDR 100 nits (Rec.709), Un-tone-mapped, "
        "Video (colorimetric), Raw.\n"
    )


def test_no_working_space_names_the_line_to_add(run, night):
    spaces = {"input: ACES2065-1\nworking: ACEScct\n": ""}
    done = run("explain", night(op="exposure", parameter="stops", **spaces))
    assert done.code == 2
    assert 'in a look file the line "working: ACEScct"' in done.err


def test_another_plate_that_nothing_takes_is_no_matte(run, night):
    for entry, remedy in (
        ("{files: other.####.exr}", "give it to a node with from: other or over: other"),
        ("{files: other.####.exr, channel: A}", "give it to a node with matte: other"),
    ):
        inputs = {"nodes:": f"inputs:\n  other: {entry}\nnodes:"}
        done = run("explain", night(**inputs))
        assert done.code == 2 and f"other: leads to no output; {remedy}" in done.err


def test_a_view_that_another_config_has(run, night):
    done = run("explain", night(view="ACES 1.0 - SDR Video"))
    assert done.code == 2 and len(done.lines) == 1
    assert "has no view 'ACES 1.0 - SDR Video'" in done.err
    assert "studio-config-v2.2.0_aces-v1.3_ocio-v2.4" in done.err


def test_unknown_space(run, night):
    done = run("explain", night(**{"working: ACEScct": "working: ACESct"}))
    assert done.code == 2
    assert done.err == (
        f"night.grade.yaml:5: working: {CONFIG} has no color space 'ACESct'. "
        "Nearest: ACEScct, ACEScg, ACEScc.\n"
    )


def test_missing_plate_frames(run, night, tmp_path):
    plate(tmp_path, [1001, 1002, 1006, 1009, 1010])
    asked = ("render", night(), "sh010.####.exr", "out/s.####.png", "--missing", "error")
    done = run(*asked, "--device", "reference")
    assert done.code == 2
    assert done.err == (
        "sh010.####.exr: missing frames 1003-1005,1007-1008 of 1001-1010; on disk are "
        "1001-1002,1006,1009-1010; --missing skip, hold or black renders the others\n"
    )


def test_no_cuda(run, night, tmp_path, monkeypatch):
    from grade.run import _executor, cuda

    def without():
        raise cuda.CudaMissing(f"CuPy does not load (No module named 'cupy'). {cuda.INSTALL}")

    monkeypatch.setattr(cuda, "_cupy", without)
    _executor.cache_clear()
    plate(tmp_path, [1001])
    done = run("render", night(), "sh010.1001.exr", "out.png", "--device", "cuda")
    _executor.cache_clear()
    assert done.code == 75 and len(done.lines) == 1
    for word in ("NVIDIA driver", "CuPy", "pip install 'grade-toolkit[cuda13]'", "--device cpu"):
        assert word in done.err
    assert not (tmp_path / "out.png").exists()


@pytest.mark.parametrize(
    ("error", "code"),
    [(RequestError, 2), (CheckFailed, 3), (FramesFailed, 4), (TemporaryError, 75)],
)
def test_an_error_of_ours_is_one_line_and_its_code(run, monkeypatch, error, code):
    def fail(*_, **__):
        raise error("where: what. remedy")

    monkeypatch.setattr(verbs.grade, "main", fail)
    done = run("ops")
    assert (done.code, done.out, done.err) == (code, "", "where: what. remedy\n")


def test_anything_else_is_a_bug_of_ours(run, monkeypatch):
    def fail(*_, **__):
        raise ZeroDivisionError("division by zero")

    monkeypatch.setattr(verbs.grade, "main", fail)
    done = run("ops")
    assert done.code == 1
    assert "Traceback" in done.err
    assert "a bug in grade: ZeroDivisionError: division by zero" in done.err


def test_ctrl_c_before_the_job_is_130(run, monkeypatch):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(verbs.grade, "main", stop)
    assert run("ops").code == 130


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["rendr"], "there is no verb rendr. Did you mean render?"),
        (["render"], "Missing argument 'LOOK'"),
        (["render", "--frame", "1"], "No such option"),
        (["diff", "a"], "Missing argument 'B'"),
    ],
)
def test_a_slip_of_the_fingers_is_one_line(run, words, said):
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err and "--help" in done.err and len(done.lines) == 1


def test_the_exit_code_is_returned():
    assert main(["--version"]) == 0
