"""The version of the look file format that is written."""

from __future__ import annotations

NEWEST = 2
