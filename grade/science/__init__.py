"""Colorimetry, timecode, and mathematics that gives the same bits on every host."""
