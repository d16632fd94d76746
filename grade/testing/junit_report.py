"""The verdicts of a check as JUnit XML, which CI systems show by test."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as xml

from grade.testing.verdict import Verdict, VerdictPart


def make_report(verdicts: Sequence[Verdict]) -> str:
    """Make a suite with a case per output of each look; a look without outputs is one case."""
    suite = xml.Element("testsuite", name="grade check")
    failures = errors = tests = 0
    for verdict in verdicts:
        if verdict.problem or not verdict.parts:
            tests += 1
            case = _add_case(suite, verdict, "look", verdict.seconds)
            if verdict.problem:
                errors += 1
                xml.SubElement(case, "error", message=_remove_controls(verdict.problem))
            continue
        each = verdict.seconds / len(verdict.parts)
        for part in verdict.parts:
            tests += 1
            case = _add_case(suite, verdict, part.label, each)
            if not part.passed:
                failures += 1
                message = xml.SubElement(case, "failure", message=_remove_controls(part.failure))
                message.text = _remove_controls("\n".join(_tell(verdict, part)))
    seconds = sum(verdict.seconds for verdict in verdicts)
    counts = {"tests": str(tests), "failures": str(failures), "errors": str(errors)}
    suite.attrib.update(counts, skipped="0", time=f"{seconds:.3f}")
    suites = xml.Element("testsuites", counts, time=f"{seconds:.3f}")
    suites.append(suite)
    xml.indent(suites)
    return xml.tostring(suites, encoding="unicode", xml_declaration=True) + "\n"


def _add_case(suite: xml.Element, verdict: Verdict, name: str, seconds: float) -> xml.Element:
    case = {"classname": verdict.name, "name": name, "file": verdict.path.as_posix()}
    plain = {key: _remove_controls(text) for key, text in case.items()}
    return xml.SubElement(suite, "testcase", plain, time=f"{seconds:.3f}")


def _tell(verdict: Verdict, part: VerdictPart) -> list[str]:
    rows = [str(row) for row in part.rows]
    return [*(f"cause: {cause}" for cause in verdict.causes), *rows, f"golden: {verdict.golden}"]


def _remove_controls(text: str) -> str:
    """Replace the control characters that XML cannot hold."""
    return "".join(sign if sign >= " " or sign in "\n\t" else "?" for sign in text)
