"""The primitives that are curves with a formula: powers, logarithms, PQ and the HLG surround."""
