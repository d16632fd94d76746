"""The primitives that convert between color models: CIE coordinates, HSV and HSY."""
