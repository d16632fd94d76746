"""Show files: precedence, templates, errors with their place, one compile, one report."""

import json

import numpy as np
import pytest

import grade
from grade.io import read
from grade.render.errors import PlanError, ShowFileError
from grade.render.show.path_template import expand
from grade.render.show.show_file import read_show

from .shot import write_plate

LOOK = """\
grade: 2
look: night
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
input: ACES2065-1
working: ACEScct
nodes:
  open: {op: exposure, stops: 0.0}
  trim: {op: cdl, slope: [1.1, 1.0, 0.9], saturation: 0.9}
  mood: {op: white_balance, temperature: 6500}
outputs:
  master: {from: mood, space: ACES2065-1}
knobs: {cdl: trim, light: open.stops}
versions:
  dawn: {light: 1.0, mood.temperature: 4300}
"""
SHOW = """\
grade: 1
show: harbour
look: looks/night.grade.yaml
plates: plates/$SHOT/plate.####.exr
outputs: {master: out/$SHOT/$SHOT.####.exr}
shots: shots.csv
"""
CCC = """\
<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.01">
<ColorCorrection id="sh010"><SOPNode><Slope>1.2 1 1</Slope><Offset>0 0 0</Offset>
<Power>1 1 1</Power></SOPNode><SatNode><Saturation>1</Saturation></SatNode></ColorCorrection>
<ColorCorrection id="sh020"><SOPNode><Slope>1 1.3 1</Slope><Offset>0 0 0</Offset>
<Power>1 1 1</Power></SOPNode><SatNode><Saturation>0.5</Saturation></SatNode></ColorCorrection>
</ColorCorrectionCollection>
"""


@pytest.fixture
def harbour(tmp_path):
    """A show of two shots, of two frames each; `write` changes its files."""

    def write(show=SHOW, shots="shot\nsh010\nsh020\n", look=LOOK):
        (tmp_path / "looks" / "night.grade.yaml").write_text(look, encoding="utf-8")
        (tmp_path / "shots.csv").write_text(shots, encoding="utf-8")
        path = tmp_path / "harbour.show.yaml"
        path.write_text(show, encoding="utf-8")
        return path

    (tmp_path / "looks").mkdir()
    for name in ("sh010", "sh020"):
        write_plate(tmp_path / "plates" / name, range(1001, 1003), size=(6, 8))
    write.folder = tmp_path
    write()
    return write


def test_the_later_wins(harbour, shot):
    """Look < version < CDL of the show < row < --set."""
    table = (
        "shot,version,light,trim.saturation,mood.temperature,note\n"
        "sh010,dawn,,,,a note\n"
        'sh020,dawn,0.25,0.7,,"two, three"\n'
    )
    show_text = SHOW + "cdl: {file: edl/reel.ccc, id: $SHOT}\n"
    (harbour.folder / "edl").mkdir()
    (harbour.folder / "edl" / "reel.ccc").write_text(CCC)
    path = harbour(show_text, table)
    show = read_show(path)
    first, second = show.shots
    one, two = show.look_of(first), show.look_of(second)
    assert (first.note, second.note) == ("a note", "two, three")
    assert one.op("open").values["stops"] == 1.0
    assert one.op("trim").values["slope"] == (1.2, 1, 1)
    assert one.op("trim").values["saturation"] == 1.0
    assert one.op("mood").values["temperature"] == 4300
    assert two.op("open").values["stops"] == 0.25
    assert two.op("trim").values["slope"] == (1, 1.3, 1)
    assert two.op("trim").values["saturation"] == 0.7
    done = shot.run("render", path, "--set", "light=-2", "--set", "trim.saturation=0")
    assert done.code == 0, done.err
    wanted = two.set({"light": -2, "trim.saturation": 0})
    plate = read(harbour.folder / "plates/sh020/plate.1002.exr", 1002)
    graded = read(harbour.folder / "out/sh020/sh020.1002.exr", 1002)
    expected = wanted.apply(plate, output="master", device="reference")
    for name in "RGB":
        assert np.array_equal(graded.planes[name], expected.planes[name])


def test_columns_of_numbers_spaces_and_looks(harbour):
    other = LOOK.replace("look: night", "look: day").replace("stops: 0.0", "stops: 0.5")
    (harbour.folder / "looks" / "day.grade.yaml").write_text(other)
    table = (
        "shot,frames,input,look,trim.slope,open.enable,open.stops@1002,trim.offset.r\n"
        'sh010,1001,ACEScg,,"1.5,1,0.5",false,,0.1\n'
        "sh020,1001-1002,,looks/day.grade.yaml,1.5 1 0.5,,2,\n"
    )
    show = read_show(harbour(shots=table))
    one, two = map(show.look_of, show.shots)
    assert (one.input, one.name, two.name) == ("ACEScg", "night", "day")
    assert one.op("trim").values["slope"] == two.op("trim").values["slope"] == (1.5, 1, 0.5)
    assert one.op("open").values["enable"] is False
    assert one.op("trim").values["offset"][0] == 0.1
    assert two.op("open").values["stops"].at(1002) == 2
    assert [found.frames for found in show.shots] == ["1001", "1001-1002"]


def test_the_space_of_a_cdl(harbour):
    (harbour.folder / "sh010.ccc").write_text(CCC)
    (harbour.folder / "sh020.ccc").write_text(CCC)
    text = SHOW + "cdl: {file: $SHOT.ccc, id: $SHOT, space: ARRI LogC3 (EI800)}\n"
    show = read_show(harbour(text))
    look = show.look_of(show.shots[1])
    assert look.op("trim").values["space"] == "ARRI LogC3 (EI800)"
    assert look.op("trim").values["saturation"] == 0.5


def test_variables(harbour):
    text = SHOW.replace("plates/$SHOT", "plates/$SEQ/${SHOT}_v$V").replace("out/$SHOT", "out/$SEQ")
    text += "context: {V: '2', SEQ: all_$SHOT}\n"
    show = read_show(harbour(text, "shot,$SEQ\nsh010,sq1\nsh020,\n"))
    one, two = show.shots
    assert show.input_of(one).endswith("plates/sq1/sh010_v2/plate.####.exr")
    assert show.outputs_of(two)["master"].endswith("out/all_sh020/sh020.####.exr")


def test_variables_reach_the_context_of_nodes(harbour):
    look = (
        LOOK.replace(
            "{from: mood, space: ACES2065-1}",
            "{from: mood, display: Rec.1886 Rec.709 - Display, view: Un-tone-mapped}",
        )
        .replace(
            "outputs:",
            "  home: {op: convert, dst: ACEScct, context: 'SHOT=none, SEQ=x'}\noutputs:",
        )
        .replace("from: mood", "from: home")
    )
    text = SHOW.replace(".exr}", ".png}") + "context: {SEQ: night}\n"
    show = read_show(harbour(text, look=look))
    stated = [show.look_of(s).op("home").values["context"] for s in show.shots]
    assert stated == ["SEQ=night, SHOT=sh010", "SEQ=night, SHOT=sh020"]


def test_templates():
    known = {"SHOT": "a", "SEQ": "b"}
    assert expand("$SEQ/${SHOT}x.$F4.$F.exr", known) == "b/ax.$F4.$F.exr"
    with pytest.raises(PlanError, match=r"there is no \$SHOT_v2; write \$\{SHOT\}_v2"):
        expand("$SHOT_v2.exr", known)
    with pytest.raises(PlanError, match=r"there is no \$SHOR. Did you mean SHOT"):
        expand("$SHOR.exr", known)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("show: harbour", "shwo: harbour", "yaml:2: shwo: a show file has no such key. Did you"),
        ("shots: shots.csv", "", "yaml:1: a show file needs shots:"),
        ("grade: 1", "grade: 2", "yaml:1: grade: takes 1"),
        ("show: harbour", "show: [1]", "yaml:2: show: takes a text"),
        ("outputs: {", "outputs: [", "yaml:"),
        ("looks/night", "looks/nihgt", "looks/nihgt.grade.yaml: cannot be read"),
        ("out/$SHOT/$SHOT.", "out/all.", "yaml:5: outputs.master: sh010 master and sh020 master"),
        (
            "out/$SHOT/",
            "out/$SHOTS/",
            "yaml:5: outputs.master: out/$SHOTS/$SHOT.####.exr: there",
        ),
        ("shots: shots.csv", "shots: shot.csv", "shot.csv: cannot be read: No such file"),
        ("show: harbour", "show: &a harbour", "yaml:2: anchors and aliases"),
        ("shots: shots.csv", "shots: shots.csv\ncdl: {fil: x}", "yaml:7: cdl.fil: a show file has"),
        ("shots: shots.csv", "shots: shots.csv\ncdl: {id: x}", "yaml:7: cdl: needs file:"),
    ],
)
def test_errors_of_the_show_file(harbour, old, new, said):
    assert old in SHOW
    with pytest.raises(grade.errors.RequestError) as found:
        read_show(harbour(SHOW.replace(old, new)))
    assert said in str(found.value)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "csv:1: the table is empty"),
        ("shot\n", "csv:1: the table has headings, but no shot"),
        ("name\nsh010\n", "csv:1: there is no column shot"),
        ("shot;frames\nsh010;1\n", "separate columns by commas, not semicolons"),
        ("shot,shot\na,b\n", "csv:1: column 2: shot is there twice"),
        ("shot,,x\na\n", "csv:1: column 2 has no heading"),
        ("shot,versoin\na,b\n", "csv:1: column 2: versoin is neither a column nor a knob of night."
                                 " Did you mean version?"),
        ("shot,lihgt\na,1\n", "Did you mean light?"),
        ("shot,trmi.slope\na,1\n", "csv:1: column 2 (trmi.slope): the look night has no node"),
        ("shot,trim.slop\na,1\n", "trim.slop: cdl has no such parameter. Did you mean slope"),
        ("shot,light\na,1\nb,bright\n", "csv:3: column 2 (light): "),
        ("shot,light\na,1000\n", "csv:2: column 2 (light): "),
        ("shot,frames\na,5-1\n", "csv:2: column 2 (frames): frames '5-1'"),
        ("shot,version\na,dwan\n", "csv:2: column 2 (version): the look night has no version"),
        ("shot,trim.slope\na,1.1,1,0.95\n", "csv:2: 4 cells for 2 headings"),
        ("shot\na\nb\na\n", "csv:4: a is there twice, first in line 2"),
        ("shot\na/b\n", "csv:2: 'a/b' is no name of a shot"),
        ("shot,frames\n,1\n", "csv:2: the shot has no name"),
        ("shot,look\na,gone.grade.yaml\n", "gone.grade.yaml: cannot be read"),
        ("shot,note\na,\"b\n", "csv:2: unexpected end of data"),
        ("shot,$9\na,b\n", "csv:1: column 2: $9 is no variable"),
    ],
)  # fmt: skip
def test_errors_of_the_table(harbour, table, said):
    with pytest.raises(grade.errors.RequestError) as found:
        read_show(harbour(shots=table))
    assert said in str(found.value)


def test_not_utf8(harbour):
    path = harbour()
    (harbour.folder / "shots.csv").write_bytes(b"shot\nsh\xff\n")
    with pytest.raises(ShowFileError, match="csv:2: not UTF-8"):
        read_show(path)


def test_a_shot_that_fails_is_named_and_the_others_go_on(harbour, shot):
    path = harbour(shots="shot\nsh010\nsh015\nsh020\n")
    report = harbour.folder / "report.json"
    done = shot.run("render", path, "--report", report, "--json")
    assert done.code == 4
    assert "sh015 refused: " in done.err
    assert done.lines[-1] == "done 4 failed 0 skipped 0 shots refused 1"
    assert sum(line.startswith("done ") for line in done.lines) == 1
    assert any(line.startswith("sh010 1001 ok ") for line in done.lines)
    data = json.loads(report.read_text())
    assert json.loads(done.out) == data
    assert (data["done"], data["refused"]) == (4, 1)
    assert data["shots"]["sh010"]["done"] == 2
    assert "sh015" in data["shots"]["sh015"]["message"]
    again = shot.run("render", path, "--shot", "sh01*")
    assert (again.code, again.lines[-1]) == (4, "done 2 failed 0 skipped 0 shots refused 1")
    assert "up to date: 2 frames" in again.err
    assert shot.run("render", path, "--shot", "sh015").code == 2


def test_dry_run_frames_and_globs(harbour, shot):
    path = harbour(shots="shot,frames\nsh010,1001-1002\nsh020,1002-1003\n")
    done = shot.run("render", path, "--dry-run", "--json")
    assert done.code == 0
    assert "sh020: 1002; would write 1002; missing 1003 (skip)" in done.lines
    assert not (harbour.folder / "out").exists()
    assert json.loads(done.out)["shots"]["sh010"]["frames"] == "1001-1002"
    done = shot.run("render", path, "--dry-run", "--frames", "1001", "--shot", "sh0*")
    assert "sh020 left out: it has the frames 1002-1003" in done.lines
    assert "sh010: 1001; would write 1001" in done.lines
    assert shot.run("render", path, "--frames", "7").code == 2
    done = shot.run("render", path, "--shot", "sh03*")
    assert (done.code, "--shot sh03*: no shot of harbour" in done.err) == (2, True)
    assert shot.run("render", path, "in.exr").code == 2
    assert shot.run("render", path, "--cdl", "a.ccc").code == 2


def test_keys_count_from_the_first_frame_of_the_row(harbour, shot):
    """Not from that of the plate, which has handles."""
    look = LOOK.replace("working:", "time: shot\nworking:").replace(
        "stops: 0.0", "stops: {0: 0.0, 1: 1.0}"
    )
    path = harbour(shots="shot,frames\nsh010,1002\nsh020,\n", look=look)
    assert shot.run("render", path).code == 0
    plain = grade.load(harbour.folder / "looks/night.grade.yaml")
    for name, first in (("sh010", 1002), ("sh020", 1001)):
        plate = read(harbour.folder / f"plates/{name}/plate.1002.exr", 1002)
        graded = read(harbour.folder / f"out/{name}/{name}.1002.exr", 1002)
        wanted = plain.apply(plate, output="master", first=first, device="reference")
        assert np.array_equal(graded.planes["G"], wanted.planes["G"])


@pytest.mark.parametrize("count", [80, pytest.param(300, marks=pytest.mark.full)])
def test_hundreds_of_shots_are_one_compile(harbour, shot, monkeypatch, count):
    draw = np.random.default_rng(3)
    rows = ["shot,frames,light,trim.slope,mood.temperature"]
    for number in range(count):
        slope = " ".join(f"{value:.3f}" for value in draw.uniform(0.8, 1.2, 3))
        rows.append(f"s{number},1001,{draw.uniform(-1, 1):.3f},{slope},{4000 + number}")
    text = SHOW.replace("plates/$SHOT", "plates/sh010")
    path = harbour(text, "\n".join(rows) + "\n")
    from grade.run.reference import ReferenceExecutor

    compiled = []
    native = ReferenceExecutor.prepare

    def counted(self, program):
        compiled.append(program.hash)
        return native(self, program)

    monkeypatch.setattr(ReferenceExecutor, "prepare", counted)
    done = shot.run("render", path, "-q")
    assert (done.code, done.lines[-1]) == (0, f"done {count} failed 0 skipped 0")
    assert len(compiled) == 1
    pictures = {p.read_bytes() for p in harbour.folder.glob("out/*/*.exr")}
    assert len(pictures) == count
