"""The primitives that grade: ASC CDL, ExposureContrast, and OpenColorIO's Grading transforms."""
