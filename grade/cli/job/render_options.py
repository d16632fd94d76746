"""What is typed behind ``grade render``, as typed values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Self

from grade.cli.job.knob_text import parse_knobs
from grade.errors import RequestError
from grade.render.options import Options


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderOptions:
    """The arguments and flags of ``grade render``.

    Attributes
    ----------
    look, input, output
        The arguments: a look or a show, the plate, and where the first output goes.
    named
        ``-o NAME=OUT`` as they are typed.
    shots
        Which shots of a show, as patterns.
    job
        The flags that the job itself takes.
    dask
        The cluster it runs on; None: this process.
    wait
        Seconds that a cluster may be without workers; None: what `grade.farm` waits.
    dry_run
        Only check.
    progress
        Style of progress.
    report, as_json
        Where the report goes: a file, and stdout.
    """

    look: str
    input: str | None
    output: str | None
    named: tuple[str, ...]
    shots: tuple[str, ...]
    job: Options
    dask: str | None
    wait: float | None
    dry_run: bool
    progress: str
    report: Path | None
    as_json: bool

    @classmethod
    def of_command_line(cls, given: Mapping[str, Any]) -> Self:
        """The options that click has read.

        Raises
        ------
        RequestError
            One of them has a value that it does not take.
        """
        asked = {option.name: given[option.name] for option in fields(Options)}
        return cls(
            look=given["look"],
            input=given["input"],
            output=given["output"],
            named=given["named"],
            shots=given["shots"],
            job=Options(**{**asked, "set": parse_knobs(given["set"])}),
            dask=given["dask"],
            wait=given["wait"],
            dry_run=given["dry_run"],
            progress=given["progress"],
            report=given["report"],
            as_json=given["as_json"],
        )

    @property
    def is_show(self) -> bool:
        """Whether the look is a show file."""
        return self.look.endswith(".show.yaml")

    def outputs_by_name(self) -> dict[str, str]:
        """Output of the look to path, of the ``-o`` flags.

        Raises
        ------
        RequestError
            One is not ``NAME=OUT``, or a name is given twice.
        """
        found: dict[str, str] = {}
        for text in self.named:
            name, mark, path = text.partition("=")
            if not mark or not path or name in found:
                raise RequestError(
                    f"-o {text}: write NAME=OUT, each name once, as in -o sdr=out.png"
                )
            found[name] = path
        return found
