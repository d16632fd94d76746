"""Delivery presets: data files that say how an output is written, and what it must be."""
