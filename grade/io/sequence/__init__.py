"""Numbered sequences, frame ranges, and what frames are read from."""
