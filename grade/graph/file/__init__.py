"""Look files, ``.grade.yaml``: reading with lines for every message, writing that keeps layout."""
