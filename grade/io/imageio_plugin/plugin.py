"""The plugin class, which imageio imports when it opens a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from imageio.core.request import InitializationError, IOMode, Request
from imageio.core.v3_plugin_api import ImageProperties, PluginV3

from grade.errors import GradeError
from grade.io.files import read
from grade.io.frame import Frame
from grade.io.imageio_plugin import EXTENSIONS


class FramePlugin(PluginV3):  # type: ignore[misc]
    """A file with one picture.

    Parameters
    ----------
    request
        The file that imageio opens.
    """

    def __init__(self, request: Request) -> None:
        super().__init__(request)
        if request.extension not in EXTENSIONS:
            raise InitializationError(f"{request.raw_uri}: is none of {', '.join(EXTENSIONS)}")
        self._frames: dict[str | None, Frame] = {}
        if request.mode.io_mode == IOMode.read:
            try:
                self._frame()
            except GradeError as error:
                raise OSError(str(error)) from error

    def _frame(self, layer: str | None = None) -> Frame:
        if layer not in self._frames:
            name = self.request.get_local_filename()
            self._frames[layer] = read(name, layer=layer, literal=True)
        return self._frames[layer]

    def read(self, *, index: Any = None, layer: str | None = None) -> Any:
        """Read the color, (height, width, 3 or 4), in the type of the file; 10, 12 bits as uint16.

        Parameters
        ----------
        index
            0 or None; ``...`` returns a stack of the one picture.
        layer
            The layer or part of an EXR.
        """
        _check(index)
        pixels = self._frame(layer).pixels
        return pixels[None] if index is ... else pixels

    def iter(self, *, layer: str | None = None) -> Iterator[Any]:
        """Yield the one picture."""
        yield self.read(layer=layer)

    def write(
        self,
        ndimage: Any,
        *,
        bits: str | int | None = None,
        compression: str | None = None,
        metadata: Mapping[str, Any] | None = None,
        tags: Mapping[str, Any] | None = None,
    ) -> bytes | None:
        """Write a picture (height, width, 3 or 4); four channels are premultiplied.

        Parameters
        ----------
        ndimage
            float16, float32, uint8 or uint16; a stack of one picture is accepted.
        bits, compression, tags
            As for `grade.io.Frame.write`.
        metadata
            Header entries.
        """
        pixels = np.asarray(ndimage)
        if pixels.ndim == 4 and len(pixels) == 1:
            pixels = pixels[0]
        frame = Frame.from_pixels(pixels, attributes=dict(metadata or {}))
        frame.write(self.request.get_local_filename(), bits, compression, tags=tags, literal=True)
        self.request.finish()
        result: bytes | None = self.request.get_result()
        return result

    def properties(self, index: Any = None, *, layer: str | None = None) -> ImageProperties:
        """Return shape and type."""
        _check(index)
        frame = self._frame(layer)
        kinds = [frame.planes[name].dtype for name in frame.color]
        shape = (frame.data_window.height, frame.data_window.width, len(frame.color))
        stacked = index is ...
        return ImageProperties(
            shape=(1, *shape) if stacked else shape,
            dtype=np.result_type(*kinds),
            n_images=1 if stacked else None,
            is_batch=stacked,
        )

    def metadata(
        self, index: Any = None, exclude_applied: bool = True, *, layer: str | None = None
    ) -> dict[str, Any]:
        """Return every header entry, with color tags and windows."""
        _check(index)
        frame = self._frame(layer)
        return {
            **frame.attributes,
            **frame.tags,
            "dataWindow": tuple(frame.data_window),
            "displayWindow": tuple(frame.display_window),
            "pixelAspectRatio": frame.pixel_aspect,
            "compression": frame.compression,
            "timecode": frame.timecode,
            "channels": tuple(frame.planes),
        }


def _check(index: Any) -> None:
    if index not in (None, 0, ...):
        raise IndexError(f"index {index}: there is one picture in the file, index 0")
