"""File formats: a module or a folder each, and what they share; see `registry` to add one."""
