"""The golden file of a look: what the look gives, as text that one can read and review.

`NAME.golden.yaml` lies beside `NAME.grade.yaml` in version control. It keeps, per output, the
sha256 of the graded probe picture; 48 samples of it as numbers; and what tells the cause when they
are others: the look as it was, config, version of OpenColorIO, digests of the programs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from grade.errors import RequestError
from grade.testing.probe_picture import BRIEF, SAMPLES, Pixels

LOOK, SUFFIX = ".grade.yaml", ".golden.yaml"
FORMAT = 1
MOST = 10_000  # bytes: it shall stay a text that people look at
_DIGITS = 5
_HEX = frozenset("0123456789abcdef")

Triple = tuple[float, float, float]


class GoldenError(RequestError):
    """A golden file cannot be read, or is none."""


@dataclass(frozen=True)
class Golden:
    """What a golden file says.

    Attributes
    ----------
    look, hash
        Name and hash of the look.
    config, opencolorio
        The config by name or content, and the library that reads it; None for looks of no space.
    probe
        sha256 of the probe picture in the look's input space.
    nodes, outputs
        Digests of programs: of the part of the graph that ends with a node, and of whole outputs.
    spaces
        The space of each output.
    pixels
        sha256 of what came out, by ``OUTPUT`` or ``OUTPUT@FRAME``.
    samples
        The numbers of each sample: under ``in`` the probe's, and those of each such column.
    plates
        Own pictures: by file name the sha256 of the file under ``content``, and of what came out.
    was
        The look as a text, or empty where it is long.
    """

    look: str
    hash: str
    config: str | None
    opencolorio: str | None
    probe: str
    nodes: Mapping[str, str]
    outputs: Mapping[str, str]
    spaces: Mapping[str, str | None]
    pixels: Mapping[str, str]
    samples: Mapping[str, Mapping[str, Triple]]
    plates: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    was: str = ""


def path_of(look: Path) -> Path:
    """Where the golden file of a look file lies.

    >>> path_of(Path("looks/night.grade.yaml")).as_posix()
    'looks/night.golden.yaml'
    """
    name = look.name.removesuffix(LOOK)
    if name == look.name:
        name = look.name.removesuffix(look.suffix)
    return look.with_name(name + SUFFIX)


def column(output: str, moment: str) -> str:
    """The name of an output at a moment: ``sdr``, or ``sdr@1040`` for a look that changes."""
    return output if moment == "still" else f"{output}@{moment}"


def rounded(values: Iterable[float]) -> tuple[float, ...]:
    """Numbers as a golden file keeps them, to five digits.

    >>> rounded([0.123456789, -0.0, 64.0])
    (0.12346, -0.0, 64.0)
    """
    return tuple(float(_number(value)) for value in values)


def samples_of(pixels: Pixels, brief: bool = False) -> dict[str, Triple]:
    """The samples of a picture of the probe's size."""
    found: dict[str, Triple] = {}
    for name in BRIEF if brief else SAMPLES:
        x, y = SAMPLES[name]
        red, green, blue = rounded(float(v) for v in pixels[y, x, :3])
        found[name] = (red, green, blue)
    return found


# --- text -----------------------------------------------------------------------------------------


def text_of(golden: Golden) -> str:
    """The file's text; without the look in it where it would grow past 10,000 bytes."""
    text = _text(golden, golden.was)
    return text if len(text.encode()) < MOST else _text(golden, "")


def _text(golden: Golden, was: str) -> str:
    columns = list(dict.fromkeys(name for row in golden.samples.values() for name in row))
    lines = [
        f"# What {golden.look} gives on the probe picture: grade check compares it with the look,",
        "# grade check --update writes it. Samples are red, green, blue, for each column.",
        f"golden: {FORMAT}",
        f"look: {_word(golden.look)}",
        f"hash: {_word(golden.hash)}",
        f"config: {_word(golden.config)}",
        f"opencolorio: {_word(golden.opencolorio)}",
        f"probe: {_word(golden.probe)}",
        *_entries("nodes", golden.nodes),
        *_entries("outputs", golden.outputs),
        *_entries("spaces", golden.spaces),
        *_entries("pixels", golden.pixels),
    ]
    if golden.plates:
        lines.append("plates:")
        for name, digests in golden.plates.items():
            lines += [
                f"  {_word(name)}:",
                *(f"    {_key(k)}: {_word(v)}" for k, v in digests.items()),
            ]
    if was:
        lines += ["was: |", *(f"  {line}".rstrip() for line in was.splitlines())]
    lines += [f"columns: {' '.join(columns)}", "samples:"]
    for name, row in golden.samples.items():
        numbers = "  ".join(" ".join(map(_number, row[c])) for c in columns if c in row)
        lines.append(f"  {name}: {numbers}")
    return "\n".join(lines) + "\n"


def _entries(name: str, entries: Mapping[str, str | None]) -> list[str]:
    if not entries:
        return [f"{name}: {{}}"]
    return [f"{name}:", *(f"  {_key(key)}: {_word(value)}" for key, value in entries.items())]


def _key(name: str) -> str:
    return _word(name) if name in ("null", "true", "false") else name


def _number(value: float) -> str:
    return f"{value:.{_DIGITS}g}"


def _word(value: str | None) -> str:
    """A text as YAML; in quotes, so that no name turns into a number."""
    return "null" if value is None else json.dumps(value, ensure_ascii=False)


# --- reading --------------------------------------------------------------------------------------


def read(path: Path) -> Golden:
    """Read a golden file.

    Raises
    ------
    GoldenError
        It cannot be read, or says something else than a golden file does.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        tree = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GoldenError(f"{path}: cannot be read: {error.strerror}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(getattr(error, "problem", None) or error).split())
        raise GoldenError(_broken(path, f"not YAML: {reason}")) from error
    if not isinstance(tree, dict) or "golden" not in tree:
        raise GoldenError(_broken(path, "no golden file"))
    if tree["golden"] != FORMAT:
        raise GoldenError(
            f"{path}: a golden file of format {tree['golden']!r}, and this grade knows {FORMAT};"
            " use the version that wrote it, or grade check --update"
        )
    try:
        return _golden(tree)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GoldenError(_broken(path, f"damaged at {error}")) from error


def _broken(path: Path, what: str) -> str:
    return f"{path}: {what}; take it from version control, or write it with grade check --update"


def _golden(tree: dict[str, Any]) -> Golden:
    columns = str(tree["columns"]).split()
    return Golden(
        look=str(tree["look"]),
        hash=_digest(tree["hash"]),
        config=tree["config"],
        opencolorio=tree["opencolorio"],
        probe=_digest(tree["probe"]),
        nodes=_texts(tree["nodes"]),
        outputs=_texts(tree["outputs"]),
        spaces=dict(tree["spaces"]),
        pixels={str(name): _digest(value) for name, value in tree["pixels"].items()},
        samples={name: _row(name, str(row), columns) for name, row in tree["samples"].items()},
        plates={str(n): _texts(entry) for n, entry in tree.get("plates", {}).items()},
        was=str(tree.get("was", "")),
    )


def _texts(entries: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in entries.items()}


def _digest(value: Any) -> str:
    text = str(value)
    if len(text) != 64 or not set(text) <= _HEX:
        raise ValueError(f"{text[:20]}: no sha256")
    return text


def _row(name: str, row: str, columns: list[str]) -> dict[str, Triple]:
    numbers = [float(word) for word in row.split()]
    if len(numbers) % 3 or not 3 <= len(numbers) <= 3 * len(columns):
        raise ValueError(f"{name}: {len(numbers)} numbers, for columns {' '.join(columns)}")
    triples = [(numbers[i], numbers[i + 1], numbers[i + 2]) for i in range(0, len(numbers), 3)]
    return dict(zip(columns, triples, strict=False))
