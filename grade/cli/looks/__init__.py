"""`grade looks`: the shipped looks, and a contact sheet of them."""

from grade.cli.looks.command import command

__all__ = ["command"]
