"""The graph itself: pictures, mattes, nodes, their names and values."""
