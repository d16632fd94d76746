"""The primitives that grade: CDL, and OpenColorIO's grading transforms."""
