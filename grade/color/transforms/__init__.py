"""OpenColorIO transforms as steps of a transform of ours; each file registers its readers.

A primitive takes one file: a frozen :class:`~grade.color.transforms.transform.Step` and a reader
with ``@reads("Name")``. Readers are found by walking this package.
"""
