"""What was written, by whom and from what: claims, journals, resume keys."""
