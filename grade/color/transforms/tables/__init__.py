"""The primitives that look values up in tables."""
