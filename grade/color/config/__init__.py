"""OpenColorIO configs: spaces, displays, looks, and the files that they refer to."""
