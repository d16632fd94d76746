"""Kinds of parameter, a file each: what a knob takes, how it is checked, how it is documented."""
