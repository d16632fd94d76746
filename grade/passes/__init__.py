"""Program to program rewrites, one file per pass; ``pipeline`` has them in order."""
