"""The primitives of the ACES output transforms."""
