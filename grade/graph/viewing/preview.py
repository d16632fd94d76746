"""Pictures of a look to look at: before and after, a matte in grey, a frame by itself."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from grade.graph.errors import GraphError, PixelsError, UnknownName
from grade.graph.model.graph import Graph
from grade.graph.model.picture import Matte, Picture, bind, graph_of, place
from grade.graph.model.wire import Wire
from grade.graph.running.apply import ALPHAS, Application, ApplyOptions, apply, held
from grade.graph.running.plate_space import tagged_space
from grade.graph.tracing.pixels import Alpha
from grade.graph.tracing.spaces import is_for_display
from grade.graph.tracing.trace import trace_matte
from grade.graph.viewing.ending import derive_for
from grade.graph.viewing.screen import Codes, encode_png, to_codes, view_on_screen
from grade.io.frame import Frame
from grade.ir.storage import Layout
from grade.op import suggestion
from grade.run.arrays import is_array

END = "preview"


@dataclass(frozen=True, eq=False, repr=False)
class Preview:
    """A picture that a notebook shows.

    Attributes
    ----------
    pixels
        (height, width, 3) code values of 8 bits of an sRGB screen, at most 1024 wide.
    """

    pixels: Codes

    def _repr_png_(self) -> bytes:
        """The picture in a notebook."""
        return encode_png(self.pixels)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write it as PNG.

        Raises
        ------
        PixelsError
            If the name does not end in ``.png``.
        """
        final = Path(path)
        if final.suffix.lower() != ".png":
            raise PixelsError(f"{final}: a preview is written as PNG; call it {final.stem}.png")
        part = final.with_name(f".{final.name}.part")
        part.write_bytes(encode_png(self.pixels))
        part.replace(final)
        return final

    def __repr__(self) -> str:
        height, width, _ = self.pixels.shape
        return f"Preview({width}x{height})"


def preview(
    graph: Graph,
    picture: Any,
    wipe: float = 0.5,
    output: str | None = None,
    frame: float | None = None,
    first: float | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Preview:
    """Before | after on a screen; see ``Look.preview``."""
    if isinstance(wipe, bool) or not isinstance(wipe, int | float) or not 0 <= wipe <= 1:
        raise PixelsError(
            f"wipe = {wipe!r}: takes the part of the width that shows before, 0..1, such as 0.5"
        )
    name = graph.output_name(output) if output is not None else _display_output(graph)
    end = graph.outputs[name]
    graph = derive_for(graph, picture, {})
    before, after = (
        _screen_codes(
            derive_for(graph, picture, {END: view_on_screen(graph, one)}),
            picture,
            frame,
            first,
            inputs,
        )
        for one in (_ungraded(graph, end), end)
    )
    place_ = int(after.shape[1] * wipe + 0.5)
    return Preview(np.concatenate([before[:, :place_], after[:, place_:]], axis=1))


def preview_matte(
    graph: Graph,
    matte: Any,
    picture: Any,
    frame: float | None = None,
    first: float | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Preview:
    """A matte in grey; see ``Look.preview_matte``."""
    wire = _find_matte(graph, matte) if isinstance(matte, str) else bind(matte)
    if wire.source not in (None, graph.source):
        raise GraphError(f"{wire!r} belongs to another look than {graph.name}")
    graph = derive_for(graph, picture, {END: wire})
    return Preview(_screen_codes(graph, picture, frame, first, inputs, wire))


def preview_bound(
    matte: Matte,
    picture: Any,
    frame: float | None = None,
    first: float | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Preview:
    """A matte of a look in grey; see ``Matte.preview``."""
    if matte.root is None:  # a window: it asks for no space
        graph: Graph | None = Graph(END)
    else:
        graph = graph_of(matte.root)
    if graph is None:
        raise GraphError(
            f"{matte!r}: the look that it was made in is gone, and so are its spaces; where another"
            " look was made of it, look.preview_matte(matte, picture) shows it"
        )
    if matte.root is None:
        return Preview(
            _screen_codes(graph.derive({END: matte}), picture, frame, first, inputs, matte)
        )
    return preview_matte(graph, matte, picture, frame, first, inputs)


def png_of_frame(frame: Frame) -> bytes:
    """A frame by itself, as PNG.

    Its tags say what its numbers mean, in the built-in config: scene-referred ones are seen through
    ACES 2.0, those for another display are brought to an sRGB screen. Without tags the numbers are
    shown as they are.
    """
    from grade.color.config.config import DEFAULT, open_config

    space = tagged_space(open_config(DEFAULT), frame)
    if space is None:
        return encode_png(to_codes(_color_planes(frame), frame.pixel_aspect))
    graph = Graph("frame", working=space, config=DEFAULT)
    return encode_png(
        _screen_codes(graph.derive({END: view_on_screen(graph, graph.source)}), frame)
    )


# --- how it is computed ---------------------------------------------------------------------------


class _Grey(Application):
    """Computes a matte instead of an output."""

    matte: Matte

    def kernel(
        self, source: Layout, target: Layout, alpha: Alpha, inputs: Mapping[str, Layout]
    ) -> tuple[Any, Any]:
        """A kernel of the matte and its program."""
        from grade.run import executor

        program = trace_matte(self.graph, self.matte, source, target, alpha, inputs).program
        return executor(self.device, self.threads).prepare(program), program

    def tagged(self, frame: Any) -> Any:
        """The frame as it is: a matte is in no space."""
        return frame


def _screen_codes(
    graph: Graph,
    picture: Any,
    frame: float | None = None,
    first: float | None = None,
    inputs: Mapping[str, Any] | None = None,
    matte: Matte | None = None,
) -> Codes:
    """The code values of what a look ends in, or of a matte."""
    if not isinstance(picture, Frame) and not is_array(picture):
        raise PixelsError(f"{type(picture).__name__}: a preview takes a frame or an array")
    options = ApplyOptions(output=END, frame=frame, first=first, inputs=inputs)
    if matte is None:
        made = apply(graph, picture, options)
    else:
        work = _Grey(graph, END, options)
        work.matte = matte
        if isinstance(picture, Frame):
            made = work.frame(picture, ALPHAS[picture.alpha])
        else:
            made = work.array(held(picture, "array"), "straight")
    if isinstance(picture, Frame):
        return to_codes(_color_planes(made), picture.pixel_aspect)
    pixels = np.asarray(made)
    if pixels.ndim != 3:
        raise PixelsError(f"array {pixels.shape}: a preview takes one picture, not a batch")
    return to_codes([pixels[..., c] for c in range(3)])


def _color_planes(frame: Frame) -> list[Any]:
    """The color of what shall be seen of a frame."""
    display, data = frame.display_window, frame.data_window
    return [display.cut(frame.planes[name], data) for name in frame.color[:3]]


def _display_output(graph: Graph) -> str:
    """The output that is for a display: ``sdr``, or the first there is; else the first of all."""
    if graph.input == "auto" and graph.working is None:
        return graph.output_name("sdr" if "sdr" in graph.outputs else None)
    found = [name for name in graph.outputs if is_for_display(graph, name)]
    return "sdr" if "sdr" in found else graph.output_name(found[0] if found else None)


def _ungraded(graph: Graph, end: Picture) -> Picture:
    """The source, on the way to an output's space, without the nodes."""
    way: list[Wire] = [end]
    while way[-1].inputs:
        way.append(way[-1].inputs[0])
    made: Any = graph.source
    for wire in reversed(way):
        if wire.op is not None and wire.op.enable and wire.op.changes_space:
            made = place(wire.op, made)
    return made  # type: ignore[no-any-return]


def _find_matte(graph: Graph, name: str) -> Matte:
    """A matte of the look by its name."""
    known = {n: wire for wire, n in graph.names.places.items() if isinstance(wire, Matte)}
    if name not in known:
        near = suggestion(name, known) if known else " It has none."
        raise UnknownName(f"the look {graph.name} has no matte {name!r}.{near}")
    return known[name]
