"""Versions, CDL files, knobs and bypass on the command line: the later wins."""

import numpy as np
import pytest

import grade

LOOK = """\
grade: 2
look: night
config: ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6
working: ACEScct
nodes:
  trim: {op: cdl, slope: 1.1}
  open:
    op: exposure
    stops:
      1: 0.0
      11: 1.0
  edges: {op: offset, offset: 0.1}
outputs:
  master: {}
knobs: {cdl: trim, mood: open.stops, lift: edges.offset}
versions:
  dawn: {mood: 0.5, edges.enable: false, cdl.slope: [1.2, 1.0, 1.0]}
"""
CORRECTIONS = """\
<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.01">
  <ColorCorrection id="sh010">
    <SOPNode><Slope>1.3 1 1</Slope><Offset>0.01 0 0</Offset><Power>1 1 1</Power></SOPNode>
    <SATNode><Saturation>0.9</Saturation></SATNode>
  </ColorCorrection>
  <ColorCorrection id="sh020">
    <SOPNode><Slope>1 1 1</Slope><Offset>0 0 0</Offset><Power>1.1 1 1</Power></SOPNode>
  </ColorCorrection>
</ColorCorrectionCollection>
"""
PIXELS = np.random.default_rng(2).uniform(0.1, 0.9, (6, 8, 3)).astype(np.float32)


@pytest.fixture
def shot(tmp_path, monkeypatch, run):
    """`shot(flags...)`: frame 3 through the look; what came out, and what was said."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "night.grade.yaml").write_text(LOOK)
    (tmp_path / "reel.ccc").write_text(CORRECTIONS)
    grade.Frame.from_pixels(PIXELS, frame=3).write("in.####.exr", bits="float", sync=False)

    def render(*flags):
        words = ["render", "night.grade.yaml", "in.####.exr", "out.####.exr", "--force", *flags]
        return run(*words)

    return render


def expected(**values):
    look = grade.load("night.grade.yaml").set({k.replace("__", "."): v for k, v in values.items()})
    return look.apply(PIXELS, frame=3)


def written():
    return grade.read("out.####.exr", 3).pixels


def test_a_version_with_its_cdl_and_knobs_in_that_order(shot):
    assert shot().code == 0
    assert np.array_equal(written(), expected())
    assert shot("--version", "dawn").code == 0
    dawn = {"open__stops": 0.5, "edges__enable": False, "trim__slope": (1.2, 1, 1)}
    assert np.array_equal(written(), expected(**dawn))
    assert shot("--version", "dawn", "--cdl", "reel.ccc#sh010").code == 0
    cdl = {"trim__slope": (1.3, 1, 1), "trim__offset": (0.01, 0, 0), "trim__saturation": 0.9}
    assert np.array_equal(written(), expected(**dawn | cdl))
    flags = ("--version", "dawn", "--cdl", "reel.ccc#sh010", "--set", "trim.slope.r=1.4")
    assert shot(*flags).code == 0
    assert np.array_equal(written(), expected(**dawn | cdl | {"trim__slope": (1.4, 1, 1)}))


def test_a_correction_is_named_or_counted(shot):
    assert shot("--cdl", "reel.ccc#1").code == 0
    assert np.array_equal(written(), expected(trim__slope=1.0, trim__power=(1.1, 1, 1)))
    for flag, message in (
        ("reel.ccc", "reel.ccc: has 2 corrections; name one: sh010, sh020"),
        ("reel.ccc#sh01", "has no correction 'sh01'; nearest: sh010"),
        ("none.ccc#1", "none.ccc: No such file"),
        ("night.grade.yaml", "takes .cc, .ccc, .cdl files"),
    ):
        done = shot("--cdl", flag)
        assert done.code == 2, flag
        assert message in done.err


def test_a_knob_a_key_and_a_node_left_out(shot):
    done = shot("--set", "mood=0.25", "--set", "lift=0.2")
    assert done.code == 0
    assert "open.stops: the value takes the place of 2 keyframes" in done.err
    assert np.array_equal(written(), expected(open__stops=0.25, edges__offset=0.2))
    assert shot("--set", "open.stops@11=2", "--without", "edges").code == 0
    look = grade.load("night.grade.yaml").without("edges").set({"open.stops@11": 2.0})
    assert np.array_equal(written(), look.apply(PIXELS, frame=3))


@pytest.mark.parametrize(
    ("flags", "message"),
    [
        (("--version", "dwan"), "has no version 'dwan'. Did you mean dawn?"),
        (("--set", "mod=1"), "has no node 'mod'. Did you mean mood"),
        (("--set", "trim.slop=1"), "trim.slop: cdl has no such parameter. Did you mean slope"),
        (("--set", "open.stops@eleven=1"), "a key is a frame number"),
        (("--set", "=1"), "--set =1: write NODE.PARAM=VALUE"),
        (("--without", "tirm"), "Did you mean trim?"),
    ],
)
def test_a_typo_names_the_nearest(shot, flags, message):
    done = shot(*flags)
    assert (done.code, done.out) == (2, "")
    assert message in done.err


def test_three_hundred_shots_are_one_compile(tmp_path, monkeypatch):
    points = [[i / 13, (i / 13) ** 2] for i in range(14)]  # of a structure that no other test has
    curve = f"nodes:\n  curve: {{op: rgb_curves, master: {points}}}\n"
    (tmp_path / "night.grade.yaml").write_text(LOOK.replace("nodes:\n", curve))
    look = grade.load(tmp_path / "night.grade.yaml")
    from grade.run import cpu

    compiled = []
    native = cpu.prepare_kernel

    def counted(program, lanes):
        compiled.append(program.hash)
        return native(program, lanes)

    monkeypatch.setattr(cpu, "prepare_kernel", counted)
    pixels = PIXELS[:2].copy()
    draw = np.random.default_rng(1)
    made = set()
    for number in range(300):
        slope = tuple(draw.uniform(0.8, 1.2, 3))
        shot = look.set({"cdl.slope": slope, "mood": float(draw.uniform(-1, 1)), "lift": 0.01})
        made.add(shot.apply(pixels, frame=number).tobytes())
    assert len(made) == 300
    assert len(set(compiled)) == 1
