"""Arrays and frames through a look."""
