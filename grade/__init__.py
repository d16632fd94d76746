"""Colour grading as a compiler: one look, one fused kernel, the same bits on CPU and GPU."""

__version__ = "0.1.0"
