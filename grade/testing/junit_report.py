"""The verdicts as JUnit XML, which CI systems show by test."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as xml

from grade.testing.verdict import Part, Verdict


def junit(verdicts: Sequence[Verdict]) -> str:
    """A suite with a case for each output of each look; a look that has none is one case."""
    suite = xml.Element("testsuite", name="grade check")
    failures = errors = tests = 0
    for verdict in verdicts:
        if verdict.problem or not verdict.parts:
            tests += 1
            case = _case(suite, verdict, "look", verdict.seconds)
            if verdict.problem:
                errors += 1
                xml.SubElement(case, "error", message=_plain(verdict.problem))
            continue
        each = verdict.seconds / len(verdict.parts)
        for part in verdict.parts:
            tests += 1
            case = _case(suite, verdict, part.label, each)
            if not part.passed:
                failures += 1
                message = xml.SubElement(case, "failure", message=_plain(part.failure))
                message.text = _plain("\n".join(_story(verdict, part)))
    seconds = sum(verdict.seconds for verdict in verdicts)
    counts = {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
    suite.attrib.update(counts, skipped="0", time=f"{seconds:.3f}")
    suites = xml.Element("testsuites", counts, time=f"{seconds:.3f}")
    suites.append(suite)
    xml.indent(suites)
    return xml.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _case(suite: xml.Element, verdict: Verdict, name: str, seconds: float) -> xml.Element:
    file = verdict.path.as_posix()
    return xml.SubElement(
        suite, "testcase", classname=_plain(verdict.name), name=_plain(name), file=_plain(file),
        time=f"{seconds:.3f}",
    )  # fmt: skip


def _story(verdict: Verdict, part: Part) -> list[str]:
    rows = [str(row) for row in part.rows]
    return [*(f"cause: {cause}" for cause in verdict.causes), *rows, f"golden: {verdict.golden}"]


def _plain(text: str) -> str:
    """Text without the control characters that XML cannot hold."""
    return "".join(sign if sign >= " " or sign in "\n\t" else "?" for sign in text)
