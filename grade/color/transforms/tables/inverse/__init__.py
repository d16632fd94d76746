"""The inverse of a 3D LUT: a tree of ranges finds cells, a solve in the tetrahedron the place."""
