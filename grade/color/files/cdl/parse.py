"""Corrections from the text of a CDL file.

Source: ASC Color Decision List, version 1.2; its schema writes ``SOPNode`` and ``SatNode``. Other
programs write ``SopNode``, ``SATNode`` and, in an AMF, ``ASC_SOP`` and ``ASC_SAT``.
"""

from __future__ import annotations

import re
from math import isfinite

from grade.color.files.cdl.correction import ONES, ZEROS, Correction, Triple
from grade.color.files.cdl.elements import Element, parse
from grade.color.files.errors import FileError

_ROOTS = ("ColorCorrection", "ColorCorrectionCollection", "ColorDecisionList")
_SOP = ("SOPNode", "SopNode", "ASC_SOP")
_SAT = ("SatNode", "SATNode", "ASC_SAT")
_DESCRIPTIONS = ("Description", "InputDescription", "ViewingDescription")
_LIKE_A_NODE = re.compile(r"so[pt]|sat", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?\Z")


def parse_corrections(data: bytes, shown: str) -> list[Correction | str]:
    """Parse the corrections of a file; a text is the id of a correction that it refers to.

    Raises
    ------
    FileError
        With the line, if an element or a number is wrong.
    """
    root = parse(data, shown)
    if root.name not in _ROOTS:
        raise FileError(shown, f"<{root.name}> is no CDL; it begins with {', '.join(_ROOTS)}", 1)
    found = _find(root, shown)
    if not found:
        raise FileError(shown, f"{root.name} has no ColorCorrection", root.line)
    return found


def _find(root: Element, shown: str) -> list[Correction | str]:
    if root.name == "ColorCorrection":
        return [_correction(root, shown)]
    if root.name == "ColorCorrectionCollection":
        return [_correction(element, shown) for element in root.walk("ColorCorrection")]
    found: list[Correction | str] = []
    for decision in root.walk("ColorDecision"):
        for element in decision.children:
            if element.name == "ColorCorrection":
                found.append(_correction(element, shown))
            elif element.name == "ColorCorrectionRef":
                found.append(element.attributes.get("ref", ""))
    return found


def _correction(element: Element, shown: str) -> Correction:
    nodes: dict[str, Element] = {}
    for child in element.children:
        kind = "SOPNode" if child.name in _SOP else "SatNode" if child.name in _SAT else ""
        if not kind:
            if child.name not in _DESCRIPTIONS and _LIKE_A_NODE.search(child.name):
                known = ", ".join((*_SOP, *_SAT))
                raise FileError(
                    shown, f"<{child.name}> is no element of a CDL; known are {known}", child.line
                )
            continue  # what a house writes for itself
        if kind in nodes:
            raise FileError(shown, f"<{child.name}>: a second {kind}", child.line)
        nodes[kind] = child
    if not nodes:
        why = "ColorCorrection has neither SOPNode nor SatNode"
        raise FileError(shown, why, element.line)
    slope, offset, power, saturation = ONES, ZEROS, ONES, 1.0
    if "SOPNode" in nodes:
        slope = _triple(nodes["SOPNode"], "Slope", shown)
        offset = _triple(nodes["SOPNode"], "Offset", shown)
        power = _triple(nodes["SOPNode"], "Power", shown)
    if "SatNode" in nodes:
        (saturation,) = _numbers(nodes["SatNode"], "Saturation", 1, shown)
    missing = next((kind for kind in ("SOPNode", "SatNode") if kind not in nodes), "")
    words = [e for name in _DESCRIPTIONS for e in element.walk(name)]
    return Correction(
        element.attributes.get("id", "").strip(),
        slope, offset, power, saturation,
        tuple(e.text.strip() for e in sorted(words, key=lambda e: e.line)),
        element.line,
        f"it has no {missing}, which is taken for the identity" if missing else "",
    )  # fmt: skip


def _triple(node: Element, name: str, shown: str) -> Triple:
    red, green, blue = _numbers(node, name, 3, shown)
    return red, green, blue


def _numbers(node: Element, name: str, count: int, shown: str) -> list[float]:
    """The numbers of a child element, checked against what a CDL allows."""
    found = [child for child in node.children if child.name == name]
    if len(found) != 1:
        why = f"<{node.name}> has {'two' if found else 'no'} {name}"
        raise FileError(shown, why, found[-1].line if found else node.line)
    (element,) = found
    numbers = [read_number(word, name, shown, element.line) for word in split_words(element.text)]
    if len(numbers) != count:
        why = f"{name}: {len(numbers)} numbers; it takes {count}"
        raise FileError(shown, why, element.line)
    return numbers


def split_words(text: str) -> list[str]:
    """Split numbers at blanks, or at commas between them; a decimal comma stays in its word.

    >>> split_words("1.1, 1.0, 0.9"), split_words("1.1,1.0,0.9"), split_words("1,1 1,0 0,9")
    (['1.1', '1.0', '0.9'], ['1.1', '1.0', '0.9'], ['1,1', '1,0', '0,9'])
    """
    words = re.sub(r",(?=\s|\Z)", " ", text).split()
    return words[0].split(",") if len(words) == 1 else words


def read_number(word: str, name: str, shown: str, line: int) -> float:
    """Read a number of a correction.

    Raises
    ------
    FileError
        If it is no number, or outside of what a CDL allows.
    """
    number = float(word) if _NUMBER.match(word) else None
    if number is None or not isfinite(number):
        raise FileError(shown, f"{name}: {word[:40]!r} is no number, such as 0.5", line)
    if name in ("Slope", "Saturation") and number < 0:
        raise FileError(shown, f"{name} = {word}: takes 0 and above", line)
    if name == "Power" and number <= 0:
        raise FileError(shown, f"{name} = {word}: takes numbers above 0", line)
    return number
