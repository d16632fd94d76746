"""Looks to look at: previews, one pixel through every node, drawings."""
