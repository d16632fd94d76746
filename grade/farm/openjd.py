"""Job templates of Open Job Description, 2023-09, for farms that run commands.

The frames of a job are one task parameter in chunks (extension ``TASK_CHUNKING``); each chunk runs
``grade render ... --frames 1001-1010``. A farm may choose the size of chunks, and run one twice:
claims and journals make sure that each frame is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from grade.farm.errors import FarmError
from grade.io import format_ranges

LONGEST_NAME = 128
_SPECIAL = ("{{", "}}")


def job_template(
    name: str,
    arguments: Sequence[str],
    frames: Iterable[int],
    chunk: int = 8,
    command: str = "grade",
    gpus: int = 0,
) -> dict[str, Any]:
    """A job template as plain data.

    Parameters
    ----------
    name
        The name of the job.
    arguments
        The arguments of ``grade render``, without ``--frames`` and ``--progress``. Paths are
        absolute, because a farm runs commands in folders of its own.
    frames
        All frames of the job.
    chunk
        How many frames one task has; a farm may balance them: 10 in chunks of 4 are 4, 3 and 3.
    command
        The command that runs grade on the farm.
    gpus
        How many GPUs a host must have at least.
    """
    step: dict[str, Any] = {
        "name": "Grade",
        "parameterSpace": {
            "taskParameterDefinitions": [
                {
                    "name": "Frame",
                    "type": "CHUNK[INT]",
                    "range": "{{Param.Frames}}",
                    "chunks": {"defaultTaskCount": chunk, "rangeConstraint": "NONCONTIGUOUS"},
                }
            ]
        },
        "script": {
            "actions": {
                "onRun": {
                    "command": "{{Param.Grade}}",
                    "args": [
                        "render",
                        *map(_literal, arguments),
                        "--frames",
                        "{{Task.Param.Frame}}",
                        "--progress",
                        "openjd",
                    ],
                    # On SIGTERM grade finishes or drops the frames in flight within 4 seconds.
                    "cancelation": {
                        "mode": "NOTIFY_THEN_TERMINATE",
                        "notifyPeriodInSeconds": 5,
                    },
                }
            }
        },
    }
    if gpus:
        step["hostRequirements"] = {"amounts": [{"name": "amount.worker.gpu", "min": gpus}]}
    return {
        "specificationVersion": "jobtemplate-2023-09",
        "extensions": ["TASK_CHUNKING"],
        "name": _literal(name)[:LONGEST_NAME],
        "parameterDefinitions": [
            {
                "name": "Frames",
                "type": "STRING",
                "default": openjd_ranges(frames),
                "description": "Which frames, as in 1001-1100,1201-1300:2.",
            },
            {
                "name": "Grade",
                "type": "STRING",
                "default": command,
                "description": "The command that runs grade on the farm.",
            },
        ],
        "steps": [step],
    }


def openjd_ranges(frames: Iterable[int]) -> str:
    """Frame ranges as Open Job Description writes them, with ``:`` before a step.

    >>> openjd_ranges([1001, 1002, 1003, 1010, 1012, 1014])
    '1001-1003,1010-1014:2'
    """
    return format_ranges(frames).replace("x", ":")


def _literal(text: str) -> str:
    """Return a text that the template takes literally; raise `FarmError` for expressions."""
    if any(mark in text for mark in _SPECIAL):
        raise FarmError(f"{text}: {{{{ and }}}} mean expressions in a job file; rename it")
    return text
