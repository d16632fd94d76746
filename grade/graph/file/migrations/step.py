"""The type of a step from one version of the format to the next."""

from __future__ import annotations

from collections.abc import Callable

from grade.graph.errors import LookFileError
from grade.graph.file.edits import Edits
from grade.graph.file.yaml_tree import Mapping

Refusal = Callable[[int, str], LookFileError]
"""Makes the error for a line of the file and what is wrong there."""

Step = Callable[[Mapping, Edits, Refusal], None]
"""Adds the edits of a step, for the tree of a look file of the version before."""
