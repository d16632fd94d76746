"""`grade ops NAME` ends in lines for a look file: they load as they stand."""

import numpy as np
import pytest

import grade.ops  # noqa: F401  registers the ops
from grade.graph import Look
from grade.op import OPS

LOOK = """\
grade: 2
look: example
input: ACES2065-1
working: ACEScct
mattes:
  window: {{op: ellipse}}
{mattes}
nodes:
  trim: {{op: cdl}}
  warm: {{op: exposure, stops: 0.5, matte: window}}
  flat: {{op: saturation, from: trim, saturation: 0.2}}
{nodes}
outputs:
  warm: {{from: warm}}
  flat: {{from: flat}}
  found: {{from: {last}}}
"""
FROM_PYTHON = {"lut1d", "lut3d", "ocio_processor"}


def lines(run, kind):
    done = run("ops", kind)
    assert done.code == 0
    return done.out.rstrip().splitlines()


@pytest.mark.parametrize("kind", sorted(OPS))
def test_the_example_of_every_op_loads(run, tmp_path, kind):
    shown = lines(run, kind)
    if kind in FROM_PYTHON:
        assert shown[-1].startswith("Only from Python")
        return
    (tmp_path / "film.cube").write_text(
        "LUT_3D_SIZE 2\n"
        + "".join(f"{r} {g} {b}\n" for b in (0, 1) for g in (0, 1) for r in (0, 1))
    )
    entries = {"mattes": "", "nodes": ""}
    for line in shown:
        head, mark, entry = line.partition(":  ")
        if mark and head.endswith(("under mattes", "under nodes")):
            entries[head.split()[-1]] += f"  x_{entry.strip()}\n".replace(
                "matte: key", "matte: x_key"
            )
    last = entries["nodes"].partition(":")[0].strip()
    path = tmp_path / "example.grade.yaml"
    path.write_text(LOOK.format(last=last, **entries))
    look = Look.load(path)
    name = "x_key" if entries["mattes"] else last
    assert look.op(name).kind == kind
    picture = np.full((4, 4, 3), 0.18, np.float32)
    assert look.apply(picture, output="found", device="reference").shape == picture.shape


def test_a_key_shows_its_range_and_where_it_goes(run):
    shown = lines(run, "hsl_qualifier")[-2:]
    assert "under mattes:" in shown[0] and "hue: {low: 90.0, high: 180.0, soft: 36.0}" in shown[0]
    assert shown[1].endswith("{op: exposure, stops: 0.3, matte: key}")


def test_a_layer_names_both_pictures(run):
    assert "from: warm, over: flat" in lines(run, "layer")[-1]


@pytest.mark.parametrize(
    ("op", "said"),
    [
        ("exposure", "works in linear light"),
        (
            "layer",
            "works in linear light; with mode normal on the code values of the working space",
        ),
        ("contrast", "works in linear light; with style log on log code values"),
        ("ellipse", "makes a matte"),
    ],
)
def test_it_says_what_an_op_works_on(run, op, said):
    assert run("ops", op).out.startswith(f"{op}  ({said})\n")
