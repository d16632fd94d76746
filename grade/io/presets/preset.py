"""A delivery preset: how an output is written, and what it must be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grade.errors import RequestError
from grade.io.field_order import order_in
from grade.io.formats.movie.codecs import Recipe
from grade.io.formats.registry import WriteOptions, format_for
from grade.io.frame import Frame
from grade.io.window import Window

SUFFIX = ".preset.yaml"


class PresetError(RequestError):
    """A preset that is unknown or wrong, or an output that does not fit its preset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A delivery preset.

    Attributes
    ----------
    name, about, path
        Its name, a sentence about it, and its file.
    suffixes
        File suffixes that an output may have; the first is the usual one.
    recipe
        How a movie is written; None in a preset for frames.
    store
        How frames are written; None in a preset for a movie.
    spaces
        Color spaces that an output may be in, as ``colorInteropID``; empty allows any.
    sizes
        Width and height that an output may have; empty allows any.
    fit
        What happens to other sizes: ``exact`` refuses them, ``pad`` puts a picture that is not
        larger in the middle of the first size, on black.
    rates
        Frames per second that a movie may have; empty allows any.
    """

    name: str
    about: str
    path: Path | None = None
    suffixes: tuple[str, ...]
    recipe: Recipe | None = None
    store: WriteOptions | None = None
    spaces: tuple[str, ...] = ()
    sizes: tuple[tuple[int, int], ...] = ()
    fit: Literal["exact", "pad"] = "exact"
    rates: tuple[Fraction, ...] = ()

    def check(
        self,
        path: Path,
        tags: Mapping[str, Any],
        size: tuple[int, int] | None = None,
        rate: Fraction | None = None,
    ) -> list[str]:
        """Check an output against the preset; return sentences on what could not be checked.

        Parameters
        ----------
        path
            File of the output.
        tags
            Color tags of the output.
        size
            Width and height, if known.
        rate
            Frames per second, if known.

        Raises
        ------
        PresetError
            Naming the preset, what it asks for, and what the output is.
        """
        if path.suffix.lower() not in self.suffixes:
            self._refuse(path, f"the suffix {' or '.join(self.suffixes)}", path.suffix or "none")
        if self.recipe is not None:
            self.recipe.check(path)
        if self.store is not None:
            format_for(path).check(self.store, path)
        notes = []
        space = tags.get("colorInteropID")
        if self.spaces and space is None:
            notes.append(
                f"{path}: the preset {self.name} is for {' or '.join(self.spaces)}; the "
                "color space of this output is unknown"
            )
        elif self.spaces and space not in self.spaces:
            self._refuse(path, " or ".join(self.spaces), str(space))
        if size is not None:
            self._check_size(path, size)
        if self.rates and rate is not None and rate not in self.rates:
            listed = ", ".join(f"{float(known):.6g}" for known in self.rates)
            self._refuse(path, f"{listed} frames per second", f"{float(rate):.6g}")
        return notes

    def _check_size(self, path: Path, size: tuple[int, int]) -> None:
        if not self.sizes or size in self.sizes:
            return
        width, height = self.sizes[0]
        if self.fit == "pad" and size[0] <= width and size[1] <= height:
            return
        listed = ", ".join(f"{w}x{h}" for w, h in self.sizes)
        wanted = f"{listed} pixels" + (" or smaller" if self.fit == "pad" else "")
        self._refuse(path, wanted, f"{size[0]}x{size[1]}")

    def _refuse(self, path: Path, wanted: str, found: str) -> None:
        raise PresetError(
            f"{path}: the preset {self.name} asks for {wanted}; the output is {found}"
        )

    def fit_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """Return the size of the output: the same, or the size that the picture is padded to."""
        return size if not self.sizes or size in self.sizes else self.sizes[0]

    def fit_frame(self, frame: Frame) -> Frame:
        """Return the frame in a size of the preset: as it is, or padded with black."""
        box = frame.display_window
        if not self.sizes or (box.width, box.height) in self.sizes:
            return frame
        self._check_size(frame.path or Path("the frame"), (box.width, box.height))
        frame = frame.filling_display()
        width, height = self.sizes[0]
        left, top = (width - box.width) // 2, (height - box.height) // 2
        if order_in(frame.attributes) is not None:
            top -= top % 2  # else its lines would be those of the other field
        planes = {}
        for name in frame.color:
            planes[name] = np.zeros((height, width), frame.planes[name].dtype)
            planes[name][top : top + box.height, left : left + box.width] = frame.planes[name]
        window = Window.of_size(width, height)
        return replace(frame, planes=planes, data_window=window, display_window=window)
