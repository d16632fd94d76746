"""The type of a plane: one channel of a picture, an array of rows and columns."""

from __future__ import annotations

from typing import Any, TypeAlias

from numpy.typing import NDArray

Plane: TypeAlias = NDArray[Any]
