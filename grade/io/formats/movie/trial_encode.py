"""Trial of an encoder: a hidden movie of one black picture, so that limits show before the job."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from grade.errors import GradeError, RequestError, TemporaryError
from grade.io.errors import UnsupportedError
from grade.io.formats.movie.codecs import Recipe
from grade.io.formats.movie.sound import Sound
from grade.io.formats.movie.writer import MovieWriter
from grade.io.frame import Frame
from grade.io.window import Window


def try_encode(
    path: Path,
    recipe: Recipe,
    rate: Fraction,
    size: tuple[int, int],
    *,
    timecode: str | None = None,
    sound: Sound | None = None,
    tags: Mapping[str, Any] | None = None,
    attributes: Mapping[str, Any] | None = None,
) -> None:
    """Write one picture as the movie would be written, in a temporary folder, and delete it.

    Encoders and containers have limits that no table lists: sizes, rates, sound. They raise at the
    first picture, which in a job comes after the first frame is read and graded.

    Parameters
    ----------
    path
        The movie; its suffix names the container. Nothing is written there.
    recipe, rate, timecode, sound
        As in `MovieWriter`.
    size
        Width and height of the pictures.
    tags, attributes
        Color tags and header entries of the pictures.

    Raises
    ------
    MissingError, UnsupportedError
        The movie cannot be written, or a sound file is missing or damaged.
    TemporaryWriteError
        There is no room for one picture.
    """
    recipe.check(path)
    recipe.check_size(path, *size)
    width, height = size
    black = np.zeros((height, width), np.float16)
    window = Window.of_size(width, height)
    frame = Frame(
        planes={"R": black, "G": black, "B": black},
        color=("R", "G", "B"),
        alpha="none",
        data_window=window,
        display_window=window,
        tags=dict(tags or {}),
        attributes=dict(attributes or {}),
    )
    with tempfile.TemporaryDirectory(prefix="grade-") as folder:
        trial = Path(folder) / path.name
        try:
            with MovieWriter(
                trial, recipe, rate, timecode=timecode, sound=sound, sync=False
            ) as writer:
                writer.write(frame)
        except (RequestError, TemporaryError) as error:
            raise type(error)(str(error).replace(str(trial), str(path))) from error
        except GradeError as error:
            reason = str(error).removeprefix(f"{trial}: ").removeprefix("not written: ")
            raise UnsupportedError(
                f"{path}: {width}x{height} as {recipe.codec} is refused: {reason}; take another "
                "size, preset or sound"
            ) from error
