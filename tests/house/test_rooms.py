"""The rooms: no circles of imports, no crowded folder, nothing that is written twice."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MOST_MODULES = 25
MOST_EQUAL_LINES = 9
CROWDED = {"grade/ops": "the catalogue: one file per op, its listing is read from top to bottom"}

# A call upward, made only when somebody asks a matte in the REPL for its picture.
ALLOWED = {("grade.graph.model.picture", "grade.graph.viewing.preview")}


def modules(root: Path) -> dict[str, Path]:
    """Every module of the package by its dotted name."""
    found = {}
    for path in sorted((root / "grade").rglob("*.py")):
        parts = path.relative_to(root).with_suffix("").parts
        found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


def imported(nodes, known):
    """The modules that code imports, inside functions too; what is for types alone is not."""
    for node in nodes:
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            yield from imported(node.orelse, known)
        elif isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield name if name in known else node.module
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        else:
            yield from imported(ast.iter_child_nodes(node), known)


def arrows(root: Path) -> dict[str, set[str]]:
    """Which module imports which."""
    known = modules(root)
    return {
        name: {
            target
            for target in imported(ast.parse(path.read_text(encoding="utf-8")).body, known)
            if target in known and target != name
        }
        for name, path in known.items()
    }


def circles(graph: dict[str, set[str]]) -> list[list[str]]:
    """Groups of modules each of which reaches all the others (Tarjan, without recursion)."""
    index, low, stack, on, found = {}, {}, [], set(), []
    for start in graph:
        if start in index:
            continue
        work = [(start, iter(sorted(graph[start])))]
        index[start] = low[start] = len(index)
        stack.append(start)
        on.add(start)
        while work:
            name, targets = work[-1]
            for target in targets:
                if target not in index:
                    index[target] = low[target] = len(index)
                    stack.append(target)
                    on.add(target)
                    work.append((target, iter(sorted(graph[target]))))
                    break
                if target in on:
                    low[name] = min(low[name], index[target])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[name])
                if low[name] == index[name]:
                    group = []
                    while not group or group[-1] != name:
                        group.append(stack.pop())
                        on.discard(group[-1])
                    if len(group) > 1:
                        found.append(sorted(group))
    return found


def test_no_two_modules_import_each_other():
    graph = arrows(ROOT)
    for source, target in ALLOWED:
        assert target in graph[source], f"{source} -> {target} needs no exception any more"
        graph[source].discard(target)
    assert not circles(graph), "an import circle: what both need belongs into a module below both"


def test_a_circle_is_found():
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}
    assert circles(graph) == [["b", "c"]]
    code = "def f():\n    from grade.x import y\nif TYPE_CHECKING:\n    from grade.x import z\n"
    assert list(imported(ast.parse(code).body, {"grade.x"})) == ["grade.x"]


def test_no_folder_is_crowded():
    count = defaultdict(int)
    for path in modules(ROOT).values():
        count[path.parent.relative_to(ROOT).as_posix()] += path.name != "__init__.py"
    crowded = {folder for folder, number in count.items() if number > MOST_MODULES}
    assert crowded == set(CROWDED), f"more than {MOST_MODULES} modules: make rooms of it"


# --- nothing twice --------------------------------------------------------------------------------


def lines_of(text: str) -> list[tuple[int, str]]:
    """Numbered lines that say something: no blank ones, comments, imports or lone brackets."""
    tree = ast.parse(text)
    left_out = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            left_out.update(range(node.lineno, node.end_lineno + 1))
    return [
        (number, line.strip())
        for number, line in enumerate(text.splitlines(), 1)
        if number not in left_out
        and any(character.isalnum() for character in line)
        and not line.strip().startswith("#")
    ]


def repeated(files: dict[str, str], most: int) -> list[str]:
    """Places where more than so many equal lines follow each other as they do elsewhere."""
    seen: dict[tuple[str, ...], str] = {}
    found = []
    for name, text in files.items():
        lines = lines_of(text)
        for start in range(len(lines) - most):
            window = lines[start : start + most + 1]
            key = tuple(line for _, line in window)
            if key in seen:
                found.append(f"{name}:{window[0][0]} is {seen[key]}")
            else:
                seen[key] = f"{name}:{window[0][0]}"
    return found


def test_no_ten_lines_stand_in_two_places():
    files = {name: path.read_text(encoding="utf-8") for name, path in modules(ROOT).items()}
    assert not repeated(files, MOST_EQUAL_LINES), "one piece of code can serve both"


@pytest.mark.parametrize("gap", ["", "\n\n# a comment\n"])
def test_what_is_written_twice_is_found(gap):
    text = "\n".join(f"value_{i} = {i}" for i in range(5))
    text += gap + "\n" + "\n".join(f"value_{i} = {i}" for i in range(5, 10)) + "\n"
    assert len(repeated({"a": text, "b": f"import os\n{text}"}, 9)) == 1
    assert not repeated({"a": text, "b": text.replace("value_7", "other_7")}, 9)
