"""A show: one look graded over many shots."""
