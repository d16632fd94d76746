"""Views of a look: previews, one pixel through every node, the graph as SVG."""
