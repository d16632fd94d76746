"""Formulas that transforms and ops share: OpenColorIO's grading, ACES 1, hue and tables."""
