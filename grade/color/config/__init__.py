"""OpenColorIO configs: spaces, displays, looks, file rules, and the files that they refer to."""
