"""From a graph to a program: spaces, alpha, geometry, uniforms."""
