"""Previews on an sRGB screen: before and after, a matte in grey, a frame without a look."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from grade.graph.errors import GraphError, PixelsError, UnknownName
from grade.graph.model.graph import Graph
from grade.graph.model.picture import Matte, Picture, bind, graph_of, place
from grade.graph.running.apply import apply_endpoint
from grade.graph.running.endpoint import Endpoint
from grade.graph.running.kernels import PreparedKernel
from grade.graph.running.options import ApplyOptions
from grade.graph.running.plate_space import tagged_space
from grade.graph.tracing.spaces import first_inputs, is_for_display
from grade.graph.tracing.trace import trace_matte
from grade.graph.viewing.derived_graph import derive_for
from grade.graph.viewing.screen import Codes, encode_png, to_codes, view_on_screen
from grade.io.frame import Alpha, Frame
from grade.ir.storage import Layout
from grade.run.dlpack import is_array
from grade.suggestion import suggest

END = "preview"
NO_OPTIONS = ApplyOptions()


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
        """Write the preview as PNG.

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
    options: ApplyOptions = NO_OPTIONS,
) -> Preview:
    """Before | after on an sRGB screen; see ``Look.preview``."""
    if isinstance(wipe, bool) or not isinstance(wipe, int | float) or not 0 <= wipe <= 1:
        raise PixelsError(
            f"wipe = {wipe!r}: takes the part of the width that shows before, 0..1, such as 0.5"
        )
    name = graph.output_name(output) if output is not None else _display_output(graph)
    end = graph.outputs[name]
    graph = derive_for(graph, picture, {})
    before, after = (
        _compute_codes(
            Endpoint(derive_for(graph, picture, {END: view_on_screen(graph, one)}), END),
            picture,
            options,
        )
        for one in (_ungraded(graph, end), end)
    )
    split = int(after.shape[1] * wipe + 0.5)
    return Preview(np.concatenate([before[:, :split], after[:, split:]], axis=1))


def preview_matte(
    graph: Graph, matte: Any, picture: Any, options: ApplyOptions = NO_OPTIONS
) -> Preview:
    """A matte in grey; see ``Look.preview_matte``."""
    wire = _find_matte(graph, matte) if isinstance(matte, str) else bind(matte)
    if wire.source not in (None, graph.source):
        raise GraphError(f"{wire!r} belongs to another look than {graph.name}")
    return _compute_grey(derive_for(graph, picture, {END: wire}), wire, picture, options)


def frame_of_matte(
    graph: Graph, matte: str, frame: Frame, options: ApplyOptions = NO_OPTIONS
) -> Frame:
    """A matte of a graph over a frame, at its full size: three equal channels of 0..1, no tags.

    Raises
    ------
    UnknownName
        If there is no such matte; the message names the nearest.
    """
    wire = _find_matte(graph, matte)
    endpoint = _MatteEndpoint(derive_for(graph, frame, {END: wire}), END, wire)
    if frame.has_alpha:  # a matte is not multiplied by it
        frame = frame.with_alpha("straight")
    made: Frame = apply_endpoint(endpoint, frame, options)
    color = {name: made.planes[name] for name in made.color[:3]}
    return replace(made, planes=color, color=tuple(color), alpha="none", carried=None, tags={})


def preview_bound(
    matte: Matte,
    picture: Any,
    frame: float | None = None,
    first: float | None = None,
    inputs: Mapping[str, Any] | None = None,
) -> Preview:
    """A matte of a look in grey; see ``Matte.preview``."""
    options = ApplyOptions(frame=frame, first=first, inputs=inputs)
    if matte.root is None:  # a window works in no space, so it needs no look
        return _compute_grey(Graph(END).derive({END: matte}), matte, picture, options)
    graph = graph_of(matte.root)
    if graph is None:
        raise GraphError(
            f"{matte!r}: the look that it was made in is gone, and its spaces with it; if another"
            " look was made of that one, use look.preview_matte(matte, picture)"
        )
    return preview_matte(graph, matte, picture, options)


def png_of_frame(frame: Frame) -> bytes:
    """A frame without a look, as PNG for an sRGB screen.

    The tags of the frame name its space, in the built-in config. A scene-referred frame is shown
    through ACES 2.0, a frame for another display is converted to sRGB. The numbers of a frame
    without tags are shown as they are.
    """
    from grade.color.config.config import DEFAULT, open_config

    space = tagged_space(open_config(DEFAULT), frame)
    if space is None:
        return encode_png(to_codes(_color_planes(frame), frame.pixel_aspect))
    graph = Graph("frame", working=space, config=DEFAULT)
    shown = graph.derive({END: view_on_screen(graph, graph.source)})
    return encode_png(_compute_codes(Endpoint(shown, END), frame))


# --- computing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _MatteEndpoint(Endpoint):
    """A matte of a graph, to be computed as a grey picture."""

    matte: Matte

    def prepare(
        self,
        layouts: tuple[Layout, Layout],
        alpha: Alpha,
        device: str,
        threads: int | None,
        inputs: Mapping[str, Layout],
    ) -> PreparedKernel:
        """The kernel of the matte; it is used once, so it is not cached."""
        from grade.run import executor

        program = trace_matte(self.graph, self.matte, *layouts, alpha, inputs).program
        return PreparedKernel(program, executor(device, threads).prepare(program))

    def tag(self, frame: Frame) -> Frame:
        """The frame as it is: a matte is in no space."""
        return frame


def _compute_grey(graph: Graph, matte: Matte, picture: Any, options: ApplyOptions) -> Preview:
    return Preview(_compute_codes(_MatteEndpoint(graph, END, matte), picture, options))


def _compute_codes(endpoint: Endpoint, picture: Any, options: ApplyOptions = NO_OPTIONS) -> Codes:
    """The code values of an endpoint on an sRGB screen."""
    if not isinstance(picture, Frame) and not is_array(picture):
        raise PixelsError(f"{type(picture).__name__}: a preview takes a frame or an array")
    made = apply_endpoint(endpoint, picture, options)
    if isinstance(picture, Frame):
        return to_codes(_color_planes(made), picture.pixel_aspect)
    pixels = np.asarray(made)
    if pixels.ndim != 3:
        raise PixelsError(f"array {pixels.shape}: a preview takes one picture, not a batch")
    return to_codes([pixels[..., c] for c in range(3)])


def _color_planes(frame: Frame) -> list[Any]:
    """The color planes of a frame, cut to its display window."""
    display, data = frame.display_window, frame.data_window
    return [display.cut(frame.planes[name], data) for name in frame.color[:3]]


def _display_output(graph: Graph) -> str:
    """The output for a preview: ``sdr`` or the first one for a display, else the first output."""
    if graph.input == "auto" and graph.working is None and graph.untagged is None:
        return graph.output_name("sdr" if "sdr" in graph.outputs else None)
    found = [name for name in graph.outputs if is_for_display(graph, name)]
    return "sdr" if "sdr" in found else graph.output_name(found[0] if found else None)


def _ungraded(graph: Graph, end: Picture) -> Picture:
    """The source of the look in the space of an output: its conversions without its nodes."""
    made: Any = graph.source
    for wire in reversed(first_inputs(end)):
        if wire.op is not None and wire.op.enable and wire.op.changes_space:
            made = place(wire.op, made)
    return made  # type: ignore[no-any-return]


def _find_matte(graph: Graph, name: str) -> Matte:
    """The matte of a look by its name."""
    known = {n: wire for wire, n in graph.names.places.items() if isinstance(wire, Matte)}
    if name not in known:
        near = suggest(name, known) if known else " It has none."
        raise UnknownName(f"the look {graph.name} has no matte {name!r}.{near}")
    return known[name]
