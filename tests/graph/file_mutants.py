"""Look files that somebody or something has damaged, by seed."""

from __future__ import annotations

import random
import re
from collections.abc import Callable

NUMBERS = (
    "0", "-0.0", "-1", "1e308", "1e309", "-1e-320", ".inf", "-.inf", ".nan", "9" * 30, "9" * 350,
    "1" * 450, "65505", "true", "null", "~", "''", "much", "10:30", "0x10", "1_000", "[1, 2]",
    "{a: 1}", "1001", "[]", "{}", "[[1, 2], [3]]", "{1001: 0.0}", "{1e400: 1}", "{1: {value: }}",
)  # fmt: skip
WORDS = (
    "é", "色", "😀", "\u202e", "\u2028", "\ufeff", "\x00", "\x07", "\x1b", "\x85", "\ud800", "\t",
    " - ", ": ", "#", "&x ", "*x", "!!python/name:os.system ", "|", ">", "%YAML 1.1", "---", "...",
    "? ", "@", "`", "'", '"', "\\", "\r", "<<: ", "{", "}", "[", "]", ",", "~", "a" * 5000,
)  # fmt: skip


def mutant(text: str, seed: int) -> bytes:
    """A look file with one to four damages."""
    draw = random.Random(seed)
    for _ in range(draw.choice((1, 1, 1, 2, 2, 4))):
        text = draw.choice(DAMAGES)(text, draw)
    raw = bytearray(text.encode("utf-8", "surrogatepass"))
    if draw.random() < 0.25:  # bytes last: text they no longer are
        for _ in range(draw.choice((1, 3, 20))):
            raw[draw.randrange(len(raw))] ^= 1 << draw.randrange(8)
    return bytes(raw)


def _lines(text: str, draw: random.Random) -> str:
    lines = text.split("\n")
    a, b = draw.randrange(len(lines)), draw.randrange(len(lines))
    what = draw.choice(("swap", "double", "delete", "cut", "indent", "tab", "many"))
    if what == "swap":
        lines[a], lines[b] = lines[b], lines[a]
    elif what == "double":
        lines.insert(b, lines[a])
    elif what == "delete":
        del lines[a]
    elif what == "cut":
        lines = lines[:a]
        lines.append(draw.choice(("", "  ", "nodes: {", "'")))
    elif what == "many":
        lines[a:a] = [lines[a]] * draw.choice((100, 3000))
    else:
        lines[a] = ("\t" if what == "tab" else " " * draw.randrange(1, 9)) + lines[a]
    return "\n".join(lines)


def _numbers(text: str, draw: random.Random) -> str:
    places = list(re.finditer(r"-?\d+(\.\d+)?", text))
    if not places:
        return text
    place = draw.choice(places)
    return text[: place.start()] + draw.choice(NUMBERS) + text[place.end() :]


def _values(text: str, draw: random.Random) -> str:
    """What stands behind a colon becomes something else."""
    places = list(re.finditer(r": *[^,\n{}\[\]]+", text))
    if not places:
        return text
    place = draw.choice(places)
    return text[: place.start()] + ": " + draw.choice((*NUMBERS, *WORDS)) + text[place.end() :]


def _names(text: str, draw: random.Random) -> str:
    """One name where another stood: cycles, clashes, pictures for mattes, ops for nodes."""
    places = list(re.finditer(r"[a-z][a-z0-9_]+", text))
    if len(places) < 2:
        return text
    place, other = draw.choice(places), draw.choice(places).group()
    return text[: place.start()] + other + text[place.end() :]


def _characters(text: str, draw: random.Random) -> str:
    place = draw.randrange(len(text) + 1)
    return text[:place] + draw.choice(WORDS) + text[place + draw.randrange(3) :]


def _blocks(text: str, draw: random.Random) -> str:
    """A section of something that is large, deep, or goes round."""
    count = draw.choice((50, 2000, 20_000))
    deep = draw.choice(("[", "{a: ", "- ", "? ", "[{a: [")) * count
    hostile = (
        f"mattes:\n  a: {deep}\n",
        f"versions:\n  a: {{b: {deep}\n",
        "mattes:\n" + "".join(f"  m{i}: m{i + 1} & m{i + 2}\n" for i in range(min(count, 4000))),
        "mattes:\n  a: b\n  b: ~c\n  c: a - b\n",
        f"mattes:\n  a: {'(' * count}b\n",
        f"mattes:\n  a: {'~' * count}b\n",
        f"mattes:\n  a: {'b & ' * count}b\n",
        "mattes:\n  a: {op: matte_levels, from: b}\n  b: {op: matte_levels, from: a}\n",
        "mattes:\n  a: {like: b}\n  b: {like: a}\n",
        "knobs:\n" + "".join(f"  k{i}: trim.slope\n" for i in range(min(count, 5000))),
        "versions:\n  v:\n" + "".join(f"    trim.x{i}: {i}\n" for i in range(min(count, 5000))),
        "versions:\n" + "".join(f"  v{i}: {{open.amount: 1}}\n" for i in range(min(count, 5000))),
        "nodes:\n" + "".join(f"  n{i}: {{op: cdl}}\n" for i in range(min(count, 5000))),
        "outputs:\n" + "".join(f"  o{i}: {{}}\n" for i in range(min(count, 5000))),
        f"nodes:\n  a: {{op: rgb_curves, master: [{'[0, 0], ' * min(count, 9000)}]}}\n",
        "nodes:\n  a:\n    op: offset\n    offset:\n"
        + "".join(f"      {i}: 0.1\n" for i in range(min(count, 9000))),
        f"nodes:\n  a: {{op: offset, offset: {'1' * count}}}\n",
        f"intent: {'x' * count}\n",
        f"{'k' * count}: 1\n",
        f"nodes:\n  {'n' * count}: {{op: cdl}}\n",
        f"# {'x' * count}\n",
        "a: &a [x, x]\n" + "".join(f"b{i}: &b{i} [*a, *a]\n" for i in range(min(count, 2000))),
    )
    block = draw.choice(hostile)
    section = block.partition("\n")[0]
    if section.endswith(":") and f"\n{section}\n" in text and draw.random() < 0.8:
        return text.replace(f"\n{section}\n", "\n" + block, 1)
    lines = text.split("\n")
    place = draw.choice([i for i, line in enumerate(lines) if not line.startswith(" ")])
    return "\n".join([*lines[:place], block.rstrip("\n"), *lines[place:]])


DAMAGES: tuple[Callable[[str, random.Random], str], ...] = (
    _lines, _lines, _numbers, _numbers, _values, _values, _names, _names, _names, _characters,
    _blocks,
)  # fmt: skip
