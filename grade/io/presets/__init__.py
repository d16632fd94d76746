"""Delivery presets: data files that say how an output is written."""
