"""The meaning of a look, for equality and hashes; its structure and dependencies, for kernels."""
