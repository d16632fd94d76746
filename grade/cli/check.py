"""`grade check LOOKS...`: looks checked against their golden files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from grade.cli.job.console import Console
from grade.errors import CheckFailed, RequestError

if TYPE_CHECKING:
    from grade.testing.verdict import Verdict


@click.command("check")
@click.argument("looks", nargs=-1, required=True)
@click.option("--update", is_flag=True, help="Write the golden files; refused if CI is set.")
@click.option(
    "--max-de",
    type=click.FloatRange(0),
    metavar="X",
    help="Allow samples of displays to differ by dE X.",
)
@click.option(
    "--max-codes",
    type=click.FloatRange(0),
    metavar="X",
    help="Allow samples of scenes to differ by X codes.",
)
@click.option("--twin", is_flag=True, help="Also compare with the CUDA text run by g++.")
@click.option(
    "--plates",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Also grade the pictures in DIR.",
)
@click.option("--junit", type=click.Path(path_type=Path), metavar="FILE", help="Write JUnit XML.")
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="FILE", help="Write a sheet of pictures."
)
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON on stdout.")
@click.option("--device", metavar="D", default="cpu", help="cpu (default), cuda, cuda:N or auto.")
@click.option("--threads", type=click.IntRange(1, 4096), help="CPU threads. Default: all allowed.")
@click.option("-q", "--quiet", is_flag=True, help="Show only failures.")
def command(
    looks: tuple[str, ...],
    update: bool,
    max_de: float | None,
    max_codes: float | None,
    twin: bool,
    plates: Path | None,
    junit: Path | None,
    html: Path | None,
    as_json: bool,
    device: str,
    threads: int | None,
    quiet: bool,
) -> None:
    """Check LOOKS against their golden files, to find looks that changed by accident.

    \b
    grade check looks/                       every look in the folder
    grade check night.grade.yaml --update    write night.golden.yaml; commit it beside the look
    grade check looks/*.grade.yaml --junit check.xml --html check.html
    grade check looks/ --max-de 0.5 --max-codes 1    small differences pass
    grade check film_print --twin            a shipped look, and its CUDA text through g++

    A golden file has the sha256 of a graded probe picture for every output. The probe is 480x270
    pixels in the look's input space: a color chart, ramps from -1 to 64, a hue wheel, edges, alpha.
    An animated look is graded at its first and its middle keyframe. 48 samples are kept as numbers.
    Only pixels decide. With a limit the samples decide: --max-de for display-referred outputs, dE
    ITP (BT.2124; 1 is about the least that an attentive viewer sees), --max-codes for those that
    are scene-referred, 1023 * |s(a) - s(b)| in linear AP1 with s the ACEScct curve made odd (a stop
    is 58.4 codes). Neither passes outputs of the other kind. Hashes of the look, of its programs
    and of the config name the cause of a difference.

    --plates DIR adds pictures of your own. They are known by the hash of their file, and every bit
    of them counts. The sheet of --html is one file that opens without a network.

    Exit code 3 if anything differs, if a look has no golden file, or if a look cannot be graded.
    """  # noqa: D301
    from grade.qc.limits import Limits
    from grade.run import executor
    from grade.settings import settings
    from grade.testing.extra_plates import ExtraPlates
    from grade.testing.golden_check import Checker

    paths = found(looks)
    executor(device, threads)  # an unknown or missing device is an error, not a failed check
    if update and settings().ci:
        raise RequestError(
            "--update: golden files are not written in an automatic run (CI is set); write them"
            " where somebody looks at them, and commit them"
        )
    limits = Limits(max_de, max_codes)
    if update and (twin or junit or html or limits.given):
        raise RequestError("--update writes and compares nothing: leave the other flags out")
    checker = Checker(
        limits,
        device=device,
        threads=threads,
        twin=twin,
        plates=None if plates is None else ExtraPlates(plates),
        keeps_pixels=html is not None,
    )
    verdicts = []
    for path in paths:
        verdicts.append(checker.update(path) if update else checker.check(path))
        if not as_json:
            _say(verdicts[-1], quiet)
    _write(verdicts, junit, html)
    failed = [verdict for verdict in verdicts if not verdict.passed]
    if as_json:
        data: dict[str, Any] = {
            "passed": not failed,
            "looks": [verdict.data() for verdict in verdicts],
        }
        click.echo(json.dumps(data, indent=1, ensure_ascii=False))
    if failed:
        names = ", ".join(verdict.label for verdict in failed)
        raise CheckFailed(f"{len(failed)} of {len(verdicts)} looks failed: {names}")


def found(words: tuple[str, ...]) -> list[Path]:
    """The look files that words stand for: files, folders, patterns, names of shipped looks.

    Raises
    ------
    RequestError
        A word stands for no look file.
    """
    from grade.graph.file.missing import explain_missing
    from grade.graph.file.shipped import SUFFIX, find_shipped_look, is_shipped

    paths: list[Path] = []
    for word in words:
        path = Path(word)
        if path.is_dir():
            inside = sorted(path.glob(f"*{SUFFIX}"))
            if not inside:
                raise RequestError(f"{word}: no *{SUFFIX} in this folder")
            paths += inside
        elif path.exists():
            if path.name.endswith(".golden.yaml"):
                continue  # of looks/*.yaml
            paths.append(path)
        elif set("*?[") & set(word):  # a shell that does not expand patterns
            inside = sorted(Path(path.anchor or ".").glob(_below(path)))
            paths += [file for file in inside if file.name.endswith(SUFFIX)]
            if not inside:
                raise RequestError(f"{word}: no file matches this pattern")
        elif "." not in word and path.name == word and is_shipped(word):
            paths.append(find_shipped_look(word, Console()))
        else:
            raise RequestError(f"{word}: {explain_missing(word)}")
    if not paths:
        raise RequestError(f"{' '.join(words)}: no look among them; looks end in {SUFFIX}")
    return list(dict.fromkeys(paths))


def _below(path: Path) -> str:
    return path.relative_to(path.anchor).as_posix() if path.anchor else path.as_posix()


def _say(verdict: Verdict, quiet: bool) -> None:
    if verdict.passed and quiet:
        return
    for line in verdict.lines():
        click.echo(line)


def _write(verdicts: list[Verdict], junit: Path | None, html: Path | None) -> None:
    from grade.io import atomic_write

    texts: dict[Path, str] = {}
    if junit is not None:
        from grade.testing.junit_report import make_report

        texts[junit] = make_report(verdicts)
    if html is not None:
        from grade.testing.check_sheet import make_sheet

        texts[html] = make_sheet(verdicts)
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        with atomic_write(path) as part:
            part.write_text(text, encoding="utf-8", newline="\n")
        click.echo(f"{path}: written", err=True)
