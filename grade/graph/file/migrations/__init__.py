"""Migrations of look files: one step from each version of the format to the next."""
