"""Frames through the kernel of an endpoint: color is replaced, tags name the new space."""

from __future__ import annotations

from grade.graph.errors import PixelsError
from grade.graph.running.endpoint import Endpoint
from grade.graph.running.input_files import InputFiles
from grade.graph.running.layout import empty_picture, layout_of, size_of, with_color
from grade.graph.running.options import ApplyOptions, read_alpha
from grade.graph.tracing.geometry import Geometry
from grade.graph.tracing.uniforms import uniform_values
from grade.io.frame import Frame
from grade.ir.storage import Layout
from grade.run.dlpack import CPU


def apply_to_frame(endpoint: Endpoint, frame: Frame, options: ApplyOptions) -> Frame:
    """Compute an endpoint for a frame; other channels stay as they are.

    Raises
    ------
    PixelsError
        If an option is for arrays, or a channel or an input does not fit.
    GraphError
        If the tags of the frame contradict the look, or nothing says which space it is in.
    """
    for name in ("out", "region", "full", "pixel_aspect"):
        if getattr(options, name) is not None:
            raise PixelsError(f"{name}= is for arrays; a frame has its own windows")
    alpha = read_alpha(options.alpha, frame.alpha)
    endpoint = endpoint.resolve_input(frame)
    divides = alpha == "premultiplied" and frame.has_alpha
    source, picture = layout_of(frame, divides)
    target = Layout(3, source.storage, planar=True) if source.planar else source
    number = frame.frame if options.frame is None else options.frame
    others = InputFiles(endpoint.inputs, options.inputs).for_frame(frame, number)
    prepared = endpoint.prepare(
        (source, target),
        "premultiplied" if divides else "none",
        options.device or CPU,
        options.threads,
        {name: layout for name, (layout, _) in others.items()},
    )
    geometry = Geometry.of_frame(frame)
    timecode = options.timecode or frame.timecode
    uniforms = uniform_values(
        endpoint.graph, prepared.program, number, geometry, options.first, timecode
    )
    made = empty_picture(target, size_of(source, picture))
    sources = [picture, *(planes for _, planes in others.values())]
    prepared.kernel(sources, [made], uniforms, geometry.origin)
    return endpoint.tag(with_color(frame, target, made))
