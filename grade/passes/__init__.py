"""Passes from program to program, one file each; ``pipeline`` has them in order."""
