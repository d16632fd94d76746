"""How a look is looked at: one pixel through its nodes, its drawing, its pictures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from grade.graph.look import Look
    from grade.graph.viewing.preview import Preview
    from grade.graph.viewing.probe import Row


class Shown:
    """The part of a :class:`grade.Look` that shows what it does."""

    def probe(
        self,
        picture: Any,
        x: int = 0,
        y: int = 0,
        *,
        output: str | None = None,
        frame: float | None = None,
        first: float | None = None,
        alpha: str | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> list[Row]:
        """One pixel through every node, in serial order, mattes too.

        Parameters
        ----------
        picture
            A frame; an array (height, width, 3 or 4) of the host; or three numbers, which are a
            picture of one pixel, so that windows see it in their middle.
        x, y
            Column and row from the top left; of a frame the coordinates of its data window.
        output, frame, first, alpha, inputs
            As for :meth:`grade.Look.apply`.

        Returns
        -------
        list of Row
            The source, each node in the space that the next one is handed it in, and last what is
            stored, which has the bits that ``apply`` gives.

        Raises
        ------
        PixelsError
            If the pixel is not in the picture.
        """
        from grade.graph.viewing.probe import probe

        return probe(
            cast("Look", self), picture, x, y,
            output=output, frame=frame, first=first, alpha=alpha, inputs=inputs,
        )  # fmt: skip

    def _repr_svg_(self) -> str:
        """The graph in a notebook."""
        from grade.graph.viewing.svg import drawing

        return drawing(cast("Look", self))

    def preview(
        self,
        picture: Any,
        wipe: float = 0.5,
        *,
        output: str | None = None,
        frame: float | None = None,
        first: float | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> Preview:
        """Before | after, as it looks on an sRGB screen.

        Parameters
        ----------
        picture
            A frame, or an array (height, width, 3 or 4) of the host.
        wipe
            The part of the width that shows the picture without the look's nodes: 0 is none of it.
        output
            None: ``sdr``, else the first output for a display, else the first; one that is
            scene-referred is seen through the default view.
        frame, first, inputs
            As for :meth:`grade.Look.apply`.

        Raises
        ------
        PixelsError
            If ``wipe`` is not in 0..1, or ``picture`` is no picture.
        """
        from grade.graph.viewing.preview import preview

        return preview(cast("Look", self), picture, wipe, output, frame, first, inputs)

    def preview_matte(
        self,
        matte: Any,
        picture: Any,
        *,
        frame: float | None = None,
        first: float | None = None,
        inputs: Mapping[str, Any] | None = None,
    ) -> Preview:
        """A matte as a grey picture: white where it is whole.

        Parameters
        ----------
        matte
            The name of a window, a key, a matte file or a combination of them; or a ``Matte``.
        picture, frame, first, inputs
            As for :meth:`preview`.

        Raises
        ------
        UnknownName
            Naming the nearest matte.
        """
        from grade.graph.viewing.preview import preview_matte

        return preview_matte(cast("Look", self), matte, picture, frame, first, inputs)
