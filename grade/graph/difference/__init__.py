"""What two looks do differently, in sentences: ``look.diff``."""
