"""Color grading as a compiler: one look, one fused kernel, the same bits on CPU and GPU.

Everything a user types is here: ``Look``, ``load``, ``read``, ``mix``, ``Frame``, ``render``, and
every op by its class name, such as ``grade.CDL``. Names load when they are first used, so importing
the package costs next to nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grade.graph.compose import compound as compound
    from grade.graph.compose import dissolve as dissolve
    from grade.graph.compose import stack as stack
    from grade.graph.look import Look
    from grade.graph.model.connect import combine_channels as combine_channels
    from grade.graph.model.connect import layer as layer
    from grade.graph.model.connect import mix as mix
    from grade.graph.model.connect import parallel as parallel
    from grade.graph.model.inputs import MatteFile as MatteFile
    from grade.graph.model.inputs import PlateFile as PlateFile
    from grade.graph.model.plate_input import InputView as InputView
    from grade.io.files import read as read
    from grade.io.frame import Frame as Frame
    from grade.op.animation.keyframes import Animation as Animation
    from grade.op.animation.keyframes import Key as Key
    from grade.op.animation.tracker_table import Track as Track
    from grade.op.parameters.band import Band as Band
    from grade.ops.ocio_processor import from_processor as from_processor
    from grade.render.job import render as render
    from grade.render.show_job import render_show as render_show

    load = Look.load

__version__ = "0.1.0"

_HOMES = {
    "Animation": "grade.op",
    "Band": "grade.op",
    "Frame": "grade.io",
    "InputView": "grade.graph",
    "Key": "grade.op",
    "Look": "grade.graph",
    "MatteFile": "grade.graph",
    "PlateFile": "grade.graph",
    "Track": "grade.op",
    "combine_channels": "grade.graph",
    "compound": "grade.graph.compose",
    "dissolve": "grade.graph.compose",
    "from_processor": "grade.ops.ocio_processor",
    "layer": "grade.graph",
    "mix": "grade.graph",
    "parallel": "grade.graph",
    "read": "grade.io",
    "render_show": "grade.render.show_job",
    "stack": "grade.graph.compose",
}


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
        if _HOMES[name] == "grade.io":
            import_module("grade.io.notebook").register_png_maker(_png_of_frame)
    elif name == "load":
        value = import_module("grade.graph").Look.load
    elif name == "render":
        value = import_module("grade.render")  # the package itself can be called
    elif name == "__all__":
        names = [*_HOMES, "__version__", "load", "render", *import_module("grade.ops").__all__]
        return sorted(names)
    elif name.startswith("__"):
        raise AttributeError(f"module 'grade' has no attribute {name!r}")
    else:
        value = getattr(import_module("grade.ops"), name)
    globals()[name] = value
    return value


def _png_of_frame(frame: Frame) -> bytes:
    """Return a frame as a notebook shows it; `grade.io` does not know the views of color spaces."""
    png: bytes = import_module("grade.graph.viewing.preview").png_of_frame(frame)
    return png


def __dir__() -> list[str]:
    return list(__getattr__("__all__"))
