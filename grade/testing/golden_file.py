"""The golden file of a look: the expected result, as text that can be read and reviewed.

`NAME.golden.yaml` lies beside `NAME.grade.yaml` in version control. For each output it keeps the
sha256 of the graded probe picture and 48 samples of it as numbers. To name the cause of a later
difference it also keeps the look, the config, the version of OpenColorIO and digests of the
programs.
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
MOST = 10_000  # bytes; it must stay a text that people read
_DIGITS = 5
_HEX = frozenset("0123456789abcdef")

Triple = tuple[float, float, float]


class GoldenError(RequestError):
    """A file cannot be read, or is not a golden file."""


@dataclass(frozen=True)
class Golden:
    """The content of a golden file.

    Attributes
    ----------
    look, hash
        Name and hash of the look.
    config, opencolorio
        The config by name or content, and the version of OpenColorIO; None for looks of no space.
    probe
        sha256 of the probe picture in the look's input space.
    nodes, outputs
        Digests of programs: that of the graph up to each node, and that of each output.
    spaces
        The space of each output.
    pixels
        sha256 of the graded probe picture, by ``OUTPUT`` or ``OUTPUT@FRAME``.
    samples
        The numbers of each sample: that of the probe under ``in``, and those of each output.
    plates
        Extra pictures by file name: sha256 of the file under ``content``, and of each output.
    was
        The look as text, or empty if it is long.
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


def find_golden_path(look: Path) -> Path:
    """Find the path of the golden file of a look file.

    >>> find_golden_path(Path("looks/night.grade.yaml")).as_posix()
    'looks/night.golden.yaml'
    """
    name = look.name.removesuffix(LOOK)
    if name == look.name:
        name = look.name.removesuffix(look.suffix)
    return look.with_name(name + SUFFIX)


def name_column(output: str, moment: str) -> str:
    """Name an output at a moment: ``sdr``, or ``sdr@1040`` for a look that changes in time."""
    return output if moment == "still" else f"{output}@{moment}"


def round_numbers(values: Iterable[float]) -> tuple[float, ...]:
    """Round numbers to the five digits that a golden file keeps.

    >>> round_numbers([0.123456789, -0.0, 64.0])
    (0.12346, -0.0, 64.0)
    """
    return tuple(float(_format_number(value)) for value in values)


def take_samples(pixels: Pixels, brief: bool = False) -> dict[str, Triple]:
    """Take the samples of a picture of the size of the probe picture."""
    found: dict[str, Triple] = {}
    for name in BRIEF if brief else SAMPLES:
        x, y = SAMPLES[name]
        red, green, blue = round_numbers(float(v) for v in pixels[y, x, :3])
        found[name] = (red, green, blue)
    return found


# --- text -----------------------------------------------------------------------------------------


def format_golden(golden: Golden) -> str:
    """Format the file; the look is left out where the text would exceed 10,000 bytes."""
    text = _format(golden, golden.was)
    return text if len(text.encode()) < MOST else _format(golden, "")


def _format(golden: Golden, was: str) -> str:
    columns = list(dict.fromkeys(name for row in golden.samples.values() for name in row))
    lines = [
        f"# What {golden.look} gives on the probe picture: grade check compares it with the look,",
        "# grade check --update writes it. Samples are red, green, blue, for each column.",
        f"golden: {FORMAT}",
        f"look: {_format_word(golden.look)}",
        f"hash: {_format_word(golden.hash)}",
        f"config: {_format_word(golden.config)}",
        f"opencolorio: {_format_word(golden.opencolorio)}",
        f"probe: {_format_word(golden.probe)}",
        *_format_entries("nodes", golden.nodes),
        *_format_entries("outputs", golden.outputs),
        *_format_entries("spaces", golden.spaces),
        *_format_entries("pixels", golden.pixels),
    ]
    if golden.plates:
        lines.append("plates:")
        for name, digests in golden.plates.items():
            lines += [
                f"  {_format_word(name)}:",
                *(f"    {_format_key(k)}: {_format_word(v)}" for k, v in digests.items()),
            ]
    if was:
        lines += ["was: |", *(f"  {line}".rstrip() for line in was.splitlines())]
    lines += [f"columns: {' '.join(columns)}", "samples:"]
    for name, row in golden.samples.items():
        numbers = "  ".join(" ".join(map(_format_number, row[c])) for c in columns if c in row)
        lines.append(f"  {name}: {numbers}")
    return "\n".join(lines) + "\n"


def _format_entries(name: str, entries: Mapping[str, str | None]) -> list[str]:
    if not entries:
        return [f"{name}: {{}}"]
    return [
        f"{name}:",
        *(f"  {_format_key(key)}: {_format_word(value)}" for key, value in entries.items()),
    ]


def _format_key(name: str) -> str:
    return _format_word(name) if name in ("null", "true", "false") else name


def _format_number(value: float) -> str:
    return f"{value:.{_DIGITS}g}"


def _format_word(value: str | None) -> str:
    """Format a text as YAML in quotes, so that no name turns into a number."""
    return "null" if value is None else json.dumps(value, ensure_ascii=False)


# --- reading --------------------------------------------------------------------------------------


def read(path: Path) -> Golden:
    """Read a golden file.

    Raises
    ------
    GoldenError
        If the file cannot be read, or is not a golden file.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    try:
        tree = YAML(typ="safe", pure=True).load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise GoldenError(f"{path}: cannot be read: {error.strerror}") from error
    except (YAMLError, UnicodeDecodeError) as error:
        reason = " ".join(str(getattr(error, "problem", None) or error).split())
        raise GoldenError(_explain_broken(path, f"not YAML: {reason}")) from error
    if not isinstance(tree, dict) or "golden" not in tree:
        raise GoldenError(_explain_broken(path, "no golden file"))
    if tree["golden"] != FORMAT:
        raise GoldenError(
            f"{path}: a golden file of format {tree['golden']!r}, and this grade knows {FORMAT};"
            " use the version that wrote it, or grade check --update"
        )
    try:
        return _parse_golden(tree)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise GoldenError(_explain_broken(path, f"damaged at {error}")) from error


def _explain_broken(path: Path, what: str) -> str:
    return f"{path}: {what}; take it from version control, or write it with grade check --update"


def _parse_golden(tree: dict[str, Any]) -> Golden:
    columns = str(tree["columns"]).split()
    return Golden(
        look=str(tree["look"]),
        hash=_parse_digest(tree["hash"]),
        config=tree["config"],
        opencolorio=tree["opencolorio"],
        probe=_parse_digest(tree["probe"]),
        nodes=_parse_texts(tree["nodes"]),
        outputs=_parse_texts(tree["outputs"]),
        spaces=dict(tree["spaces"]),
        pixels={str(name): _parse_digest(value) for name, value in tree["pixels"].items()},
        samples={
            name: _parse_row(name, str(row), columns) for name, row in tree["samples"].items()
        },
        plates={str(n): _parse_texts(entry) for n, entry in tree.get("plates", {}).items()},
        was=str(tree.get("was", "")),
    )


def _parse_texts(entries: Mapping[Any, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in entries.items()}


def _parse_digest(value: Any) -> str:
    text = str(value)
    if len(text) != 64 or not set(text) <= _HEX:
        raise ValueError(f"{text[:20]}: no sha256")
    return text


def _parse_row(name: str, row: str, columns: list[str]) -> dict[str, Triple]:
    numbers = [float(word) for word in row.split()]
    if len(numbers) % 3 or not 3 <= len(numbers) <= 3 * len(columns):
        raise ValueError(f"{name}: {len(numbers)} numbers, for columns {' '.join(columns)}")
    triples = [(numbers[i], numbers[i + 1], numbers[i + 2]) for i in range(0, len(numbers), 3)]
    return dict(zip(columns, triples, strict=False))
