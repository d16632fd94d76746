"""Damaged look files: each loads, or is refused with its place, in few steps and little memory."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from grade import assets
from grade.graph import Look, LookFileError
from grade.graph.file.layout import format_text
from grade.graph.file.load import from_text
from grade.graph.file.reader import MOST

from ..draw import some
from ..work import counted
from .file_mutants import mutant
from .version_1_drawn import draw

HARBOUR = Path(__file__).parent / "looks" / "harbour_night.grade.yaml"
COUNT = 300
CALLS = 6_000_000  # of functions; the largest file takes 3.9, and half a second
MEGABYTES = 200
LUT = "0.5 0 0 0  0 0.5 0 0  0 0 0.5 0"


@cache
def sources() -> list[str]:
    """The example of the contract, as often as all shipped looks together; looks of format 1."""
    harbour = HARBOUR.read_text().replace("../luts/print_2383.clf", "print.spimtx")
    shipped = [p.read_text() for p in sorted((assets.luts() / "looks").glob("*.grade.yaml"))]
    return [harbour] * len(shipped) + shipped + [draw(seed) for seed in range(len(shipped))]


def write(folder: Path, seed: int) -> Path:
    texts = sources()
    path = folder / f"{seed}.grade.yaml"
    path.write_bytes(mutant(texts[seed % len(texts)], seed))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("fuzz")
    (path / "print.spimtx").write_text(LUT)
    for text in sources():  # opens the config and loads the ops: not what is counted below
        from_text(text, "x", path, Look)
    return path


@pytest.mark.parametrize("first", some(range(0, COUNT, 30), 2))
def test_it_loads_or_is_refused_with_its_place(folder, first):
    for seed in range(first, first + 30):
        path = write(folder, seed)
        try:
            with counted() as work:
                look = Look.load(path)
        except LookFileError as error:
            look, message = None, str(error)
            assert re.match(re.escape(str(path)) + r"(:\d+)?: .", message), (seed, message)
            assert len(message) < 1000, (seed, len(message))
        assert work.calls < CALLS, (seed, work.calls)
        if look is not None:
            text = path.read_text(encoding="utf-8-sig")
            once = format_text(text, "x")
            assert from_text(once, "x", folder, Look).hash == look.hash, seed
            assert format_text(once, "x") == once, seed


def test_some_load_and_some_do_not(folder):
    def loads(seed):
        try:
            Look.load(write(folder, seed))
        except LookFileError:
            return False
        return True

    count = sum(loads(seed) for seed in range(60))
    assert 3 <= count <= 57


# --- bounds ---------------------------------------------------------------------------------------

START = "grade: 2\nlook: x\n"
END = "outputs:\n  m: {}\n"


def nodes(count, entries="op: cdl"):
    return "nodes:\n" + "".join(f"  n{i}: {{{entries}}}\n" for i in range(count))


def keys(count):
    return "".join(f"      {i}: 2\n" for i in range(count))


LARGE = {
    "nodes": START + nodes(1000) + END,
    "spaces": START + "working: ACEScct\n" + nodes(1000, "op: cdl, space: ACEScg") + END,
    "outputs": START + nodes(60) + "outputs:\n" + "".join(f"  o{i}: {{}}\n" for i in range(60)),
    "knobs": START + nodes(900) + END + "knobs:\n"
    + "".join(f"  k{i}: n{i}.slope\n" for i in range(500)),
    "versions": START + nodes(500) + END + "versions:\n"
    + "".join(f"  v{i}: {{n{i}.slope: 2}}\n" for i in range(500)),
    "keys": START + "nodes:\n  a:\n    op: cdl\n    slope:\n" + keys(2900) + END,
    "versions of keys": START + "nodes:\n  a:\n    op: cdl\n    slope:\n" + keys(1400) + END
    + "versions:\n  v:\n" + "".join(f"    a.slope@{i}.5: 2\n" for i in range(1000)),
    "versions beside keys": START + "nodes:\n  a:\n    op: cdl\n    slope:\n" + keys(1400) + END
    + "versions:\n" + "".join(f"  v{i}: {{a.saturation: 0.5}}\n" for i in range(500)),
    "mattes in a row": START + "mattes:\n  b: {op: ellipse}\n"
    + "".join(f"  m{i}: m{i + 1} & b\n" for i in range(498))
    + "  m498: b\nnodes:\n  a: {op: cdl, matte: m0}\n" + END,
    "mattes": START + "mattes:\n  b: {op: ellipse}\nnodes:\n"
    + "".join(f"  a{i}: {{op: cdl, matte: '{'b&' * 499}b'}}\n" for i in range(120)) + END,
    "shared": START + "nodes:\n  a: {op: cdl}\n"
    + "".join(f"  n{i}: {{like: a}}\n" for i in range(999)) + END,
    "branches": START + f"nodes:\n  a: {{op: parallel, branches: [{'source, ' * 5000}source]}}\n"
    + END,
    "text": START + f"intent: {'x ' * 60_000}\n" + END,
    "comments": START + "# x\n" * 30_000 + END,
    "blank": START + "\n" * 120_000 + END,
}  # fmt: skip


@pytest.mark.parametrize("name", some(LARGE, 3))
def test_the_largest_that_load_take_no_more_calls(folder, name):
    with counted() as work:
        from_text(LARGE[name], "x", folder, Look)
    assert work.calls < CALLS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (START + nodes(1001) + END, "x:3: nodes: 1001 entries; a look file has up to 1000"),
        (START + "a: [" + "1, " * MOST + "1]\n", "x:3: more than 6,000 words and numbers"),
        (START + "config: " + "A" * 9999 + "\nworking: x\n" + END, "x:3: config: "),
        (START + "config: ocio://" + "A" * 9999 + "\nworking: x\n" + END, "x:3: config: ocio://AAA"),
        (START + "config: /dev/zero\nworking: x\n" + END, "x:3: config: /dev/zero: neither"),
        (START + "working: " + "A" * 9999 + "\n" + END, "x:3: working: "),
        (START + "nodes:\n  a: {op: offset, offset: " + "1" * 350 + "}\n" + END,
         "x:4: a.offset = inf: outside"),
        (START + "nodes:\n  a: {op: " + "n" * 9999 + "}\n" + END, "x:4: a: there is no op 'nnn"),
        (START + "nodes:\n  a: {op: file_lut, file: /dev/zero}\n" + END, "x:4: a.file = '/dev"),
        (START + "mattes:\n  a: " + "(" * 200 + "\n" + END, "x:4: a: "),
        (START + "mattes:\n  a: b\n  b: ~c\n  c: a\n" + END, "x:4: a: needs itself: a -> b -> c"),
        (START + "mattes:\n  k: {op: hsl_qualifier, from: a}\nnodes:\n  a: {op: cdl, matte: k}\n"
         + END, "x:6: a: needs itself: a -> k -> a"),
        (START + "mattes:\n  k: {op: hsl_qualifier, from: b}\nnodes:\n  a: {op: cdl, matte: k}\n"
         "  b: {op: cdl}\n" + END, "x:4: k.from: b stands below"),
    ],
)  # fmt: skip
def test_what_is_too_much_is_refused_with_its_place(folder, text, message):
    with pytest.raises(LookFileError) as caught:
        from_text(text, "x", folder, Look)
    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 1000


def test_a_home_of_nobody_is_no_config(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(LookFileError, match="x:3: config: ~nobody-here/a: neither"):
        from_text(START + "config: ~nobody-here/a\nworking: x\n" + END, "x", Path(), Look)


CHILD = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import tests.graph.test_file_fuzz as fuzz
from grade.graph import Look, LookFileError

folder = Path(sys.argv[2])
for text in fuzz.sources():
    fuzz.from_text(text, "x", folder, Look)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
here = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
limit = here + fuzz.MEGABYTES * 2**20
resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
for seed in range(0, fuzz.COUNT, 5):
    try:
        Look.load(fuzz.write(folder, seed))
    except LookFileError:
        pass
for text in fuzz.LARGE.values():
    fuzz.from_text(text, "x", folder, Look)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits and measures memory as Linux does")
def test_memory_is_bounded(folder):
    """A fifth of the files and the largest ones, in a process that may take 200 MB more."""
    here = Path(__file__).parents[2]
    command = [sys.executable, "-c", CHILD, str(here), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < MEGABYTES
