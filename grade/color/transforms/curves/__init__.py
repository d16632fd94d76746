"""The primitives that are curves with a formula."""
