"""`grade bench`: the workloads against OpenColorIO's CPU processor, on the same buffers."""

from grade.cli.bench.command import command

__all__ = ["command"]
