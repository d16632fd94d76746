"""The primitives that are a product and a sum per channel: matrix and range."""
