"""A constant of colorimetry stands in one module: a second copy drifts.

Primaries, white points, adaptation matrices and luma weights live in `grade/science/`. One test
looks for their numbers in every other module of `grade/`. Another compares the lists of numbers of
all modules with each other, so that a table which science does not know is not written twice
either. Numbers in docstrings and comments do not count: those are published examples.
"""

import ast
from collections import defaultdict
from pathlib import Path

import grade
from grade.science import luma, primaries, white_points
from grade.science.adaptation import ADAPTATIONS

ROOT = Path(grade.__file__).parent
HOME = "science/"
WINDOW = 3  # so many numbers in a row, in two modules, are a copy


def published_rows():
    """What science publishes: rows of numbers that may stand nowhere else."""
    spaces = [*primaries.PRIMARIES.values()]
    spaces += [
        space for space in vars(primaries).values() if isinstance(space, primaries.Primaries)
    ]
    yield from (space.numbers for space in spaces)
    yield from (matrix[i : i + 3] for matrix in ADAPTATIONS.values() for i in (0, 3, 6))
    named = [*vars(luma).values(), *vars(white_points).values()]
    yield from (row for row in named if isinstance(row, tuple))
    yield from (luma.red_and_blue(weights) for weights in luma.LUMA_WEIGHTS.values())


def number(node):
    """The value of a literal, a negative one or a quotient of literals; None for anything else."""
    if isinstance(node, ast.Constant) and type(node.value) in (int, float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub):
        value = number(node.operand)
        return None if value is None else -value
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        above, below = number(node.left), number(node.right)
        return above / below if above is not None and below else None
    return None


def flattened(node):
    """The numbers of a list within lists; NaN where something else stands between them."""
    if isinstance(node, ast.Tuple | ast.List):
        return [value for element in node.elts for value in flattened(element)]
    value = number(node)
    return [float("nan") if value is None else value]


def rows_of(tree):
    """Every list of numbers in a module, nested ones joined; arguments of a call are a list too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Tuple | ast.List):
            yield node.lineno, flattened(node)
        elif isinstance(node, ast.Call):
            yield node.lineno, [value for part in node.args for value in flattened(part)]


def windows(row, size):
    return (tuple(row[i : i + size]) for i in range(len(row) - size + 1))


def telling(window):
    """Whether numbers in a row say where they come from: two of them, not equal, have decimals."""
    decimals = {abs(value) for value in window if value % 1}
    return all(value == value for value in window) and len(decimals) >= 2


def distinctive(value):
    """Whether one number is enough: it has four significant digits or more."""
    return len(repr(abs(value)).split("e")[0].replace(".", "").strip("0")) >= 4


def copies(text):
    """The lines of a module outside science that state a constant of science."""
    tree = ast.parse(text)
    rows = list(published_rows())
    alone = {abs(v) for row in rows for v in row if distinctive(v)} - {1 / 3}
    found = {w for row in rows for w in windows(row, min(WINDOW, len(row))) if telling(w)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and type(node.value) is float and node.value in alone:
            yield node.lineno, node.value
    for line, row in rows_of(tree):
        for size in (2, WINDOW):
            yield from ((line, window) for window in windows(row, size) if window in found)


def modules():
    for path in sorted(ROOT.rglob("*.py")):
        yield path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def twice(texts):
    """Numbers in a row that stand in two modules: what they are, and where."""
    places = defaultdict(set)
    for name, text in texts:
        for _, row in rows_of(ast.parse(text)):
            for window in windows(row, WINDOW):
                if telling(window):
                    places[window].add(name)
    return {window: names for window, names in places.items() if len(names) > 1}


def test_constants_of_colorimetry_stand_in_science_alone():
    found = {
        name: lines
        for name, text in modules()
        if not name.startswith(HOME) and (lines := list(copies(text)))
    }
    assert not found, "take them from grade/science"


def test_no_row_of_numbers_stands_in_two_modules():
    assert not twice(modules()), "give them one home"


def test_the_reader_finds_a_second_copy_in_every_guise():
    bad = {
        "WEIGHTS = (0.2126, 0.7152, 0.0722)",
        "y = 0.2126 * r + 0.7152 * g + 0.0722 * b",
        "KR_KB = {1: (0.299, 0.114)}",
        "LUMA = [0.2627, 0.6780, 0.0593]",
        "WHITE = (0.3127, 0.3290)",
        "WHITE = dict(x=0.32168)",
        "SPACE = Primaries((0.64, 0.33), (0.30, 0.60), (0.15, 0.06), white)",
        "SPACE = np.array([[0.708, 0.292], [0.170, 0.797]])",
        "BRADFORD = [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367]]",
        "xyz = transform(0.0389, -0.0685, 1.0296)",
    }
    for text in bad:
        assert list(copies(text)), text
    good = '''
def f(x):
    """Y = 0.2126 r + 0.7152 g + 0.0722 b; white (0.3127, 0.3290)."""
    return mix(x, (0.3, 0.6), (0.5, 0.06, 1 / 3, 0.25))  # 0.7152
'''
    assert not list(copies(good))


def test_the_comparison_finds_a_table_that_science_does_not_know():
    one, other = "GAMUT = ((0.61, 0.34), (0.21, 0.77))", "a = [0.34, 0.21, 0.77, 1]"
    assert set(twice([("a.py", one), ("b.py", other)])) == {(0.34, 0.21, 0.77)}
    assert not twice([("a.py", one), ("b.py", "b = (0.34, 0.21, x, 0.77)")])
