"""The primitives, one family to a file; each registers its reader with ``reads``."""
