"""File formats: a module or a folder each, which registers itself."""
