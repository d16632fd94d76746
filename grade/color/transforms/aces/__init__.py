"""The primitives of ACES 1 and ACES 2."""
