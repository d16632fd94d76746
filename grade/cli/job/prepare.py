"""A job as ``grade render`` is asked for it, checked and not yet begun."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from grade.cli.job.dask import cluster_device
from grade.cli.job.render_options import RenderOptions
from grade.errors import RequestError
from grade.log import Log
from grade.render.job import Job, folder_of, open_for

if TYPE_CHECKING:
    from grade.graph import Look


def prepare_job(options: RenderOptions, log: Log) -> Job:
    """Open the look, check everything, and compile.

    Raises
    ------
    RequestError
        Something about the request is wrong, and nothing was written.
    """
    if options.input is None:
        raise click.MissingParameter(param_hint="'INPUT'", param_type="argument")
    if options.shots:
        raise RequestError("--shot: one look has no shots; give a show file, NAME.show.yaml")
    look = open_for(options.look, options.job, log)
    outputs = name_outputs(look, options)
    request = options.job.make_request(look, options.input, outputs, folder_of(options.look))
    device = cluster_device(options.dask, [request.input, *outputs.values()])
    return Job.prepare(request, log, device)


def name_outputs(look: Look, options: RenderOptions) -> dict[str, str]:
    """Output of the look to path: the ``-o`` flags, and OUTPUT for the first that they leave.

    Raises
    ------
    RequestError
        Nothing is left for OUTPUT, or nothing is named at all.
    """
    found = options.outputs_by_name()
    if options.output is not None:
        free = [output for output in look.outputs if output not in found]
        if not free:
            raise RequestError(
                f"{options.output}: every output of {look.name} was given by -o already"
            )
        found = {free[0]: options.output, **found}
    if not found:
        known = " ".join(f"-o {output}=..." for output in look.outputs)
        raise RequestError(f"nowhere to write to: give OUTPUT, or {known}")
    return found
