"""Formulas that several ops share."""
