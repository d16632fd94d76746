"""Delivery presets: data files that say how an output is written, and what it must be.

The shipped ones are `luts/presets/NAME.preset.yaml`. A house adds its own in the folder that
``GRADE_PRESETS`` names, and a project in `presets/` beside the look; the nearest to the look wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import numpy as np

from grade.errors import RequestError
from grade.io.formats.movie.codecs import Recipe
from grade.io.formats.registry import Store, format_for
from grade.io.frame import Frame
from grade.io.window import Window

SUFFIX = ".preset.yaml"


class PresetError(RequestError):
    """A preset that is not known or not sound, or an output that is not what it asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preset:
    """A delivery preset.

    Attributes
    ----------
    name, about, path
        What it is called, a sentence, and where it was read.
    suffixes
        What an output may be called; the first is the usual one.
    recipe
        How a movie is written; None: it is for frames.
    store
        How frames are written; None: it is for a movie.
    spaces
        ``colorInteropID`` of what an output may be; empty: anything.
    sizes
        Width and height of what an output may be; empty: anything.
    fit
        What happens to other sizes: ``exact`` refuses, ``pad`` puts the picture in the middle of
        the first size, on black, if it is not larger.
    rates
        Frames per second of what a movie may have; empty: anything.
    """

    name: str
    about: str
    path: Path | None = None
    suffixes: tuple[str, ...]
    recipe: Recipe | None = None
    store: Store | None = None
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
        """Hold an output against the preset; return sentences on what could not be held.

        Parameters
        ----------
        path
            Where it goes.
        tags
            Color tags of the output.
        size
            Width and height, if they are known.
        rate
            Frames per second, if they are known.

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
        said = []
        space = tags.get("colorInteropID")
        if self.spaces and space is None:
            said.append(
                f"{path}: the preset {self.name} is for {' or '.join(self.spaces)}; nothing says "
                "what this output is"
            )
        elif self.spaces and space not in self.spaces:
            self._refuse(path, " or ".join(self.spaces), str(space))
        if size is not None:
            self._check_size(path, size)
        if self.rates and rate is not None and rate not in self.rates:
            listed = ", ".join(f"{float(known):.6g}" for known in self.rates)
            self._refuse(path, f"{listed} frames per second", f"{float(rate):.6g}")
        return said

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

    def fitted_size(self, size: tuple[int, int]) -> tuple[int, int]:
        """What a size becomes: itself, or the size that it is put into."""
        return size if not self.sizes or size in self.sizes else self.sizes[0]

    def fitted(self, frame: Frame) -> Frame:
        """The frame in the size of the preset: as it is, or on black."""
        box = frame.display_window
        if not self.sizes or (box.width, box.height) in self.sizes:
            return frame
        self._check_size(frame.path or Path("the frame"), (box.width, box.height))
        frame = frame.filling_display()
        width, height = self.sizes[0]
        left, top = (width - box.width) // 2, (height - box.height) // 2
        planes = {}
        for name in frame.color:
            planes[name] = np.zeros((height, width), frame.planes[name].dtype)
            planes[name][top : top + box.height, left : left + box.width] = frame.planes[name]
        window = Window.of_size(width, height)
        return replace(frame, planes=planes, data_window=window, display_window=window)


def presets(beside: Path | None = None) -> dict[str, Path]:
    """Name to file of every preset that is known, by name.

    Parameters
    ----------
    beside
        A look file, or its folder.
    """
    from grade import assets
    from grade.settings import settings

    folders = [assets.luts() / "presets"]
    if (house := settings().presets) is not None:
        folders.append(house)
    if beside is not None:
        folders.append((beside if beside.is_dir() else beside.parent) / "presets")
    found = {
        path.name.removesuffix(SUFFIX): path
        for folder in folders
        for path in sorted(folder.glob(f"*{SUFFIX}"))
    }
    return dict(sorted(found.items()))


def preset(name: str, beside: Path | None = None) -> Preset:
    """The preset of a name.

    Raises
    ------
    PresetError
        There is none, the nearest is named; or its file is not sound.
    """
    from grade.suggestion import suggest

    known = presets(beside)
    if name not in known:
        raise PresetError(f"there is no preset {name}.{suggest(name, known)}")
    from grade.io.presets.preset_file import load_preset

    return load_preset(known[name])
