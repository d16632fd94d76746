"""Numbered sequences: patterns, frame ranges, and the files or the movie that frames come from."""
