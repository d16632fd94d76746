"""The primitives that look values up in a table: 1D and 3D LUTs."""
