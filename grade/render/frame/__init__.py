"""One frame: how it is graded, what is counted in it, and how it is written."""
