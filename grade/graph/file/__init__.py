"""Look files, ``.grade.yaml``: read with file and line in every error, saved with their layout."""
