"""`grade explain`: what a look becomes, or one pixel through every node."""

from grade.cli.explain.command import command

__all__ = ["command"]
