"""A plugin that makes imageio read EXR and DPX correctly: half with values above 1, all bits.

By itself imageio returns EXR as 8 bits, or clipped at 1. It finds plugins in its own tables alone
and has no entry points, so the plugin must be entered there. Importing `grade.io` does so if
imageio is loaded already; else `register` does.

>>> import grade.io.imageio_plugin
>>> grade.io.imageio_plugin.register()
>>> import imageio.v3 as iio
>>> iio.imread("plate.1001.exr").dtype  # doctest: +SKIP
dtype('float16')
"""

from __future__ import annotations

import sys

NAME = "grade"
EXTENSIONS = (".exr", ".dpx", ".cin")


def register() -> None:
    """Make imageio read and write EXR, DPX and Cineon through grade; repeated calls change nothing.

    Raises
    ------
    ImportError
        imageio is not installed.
    """
    from imageio.config import known_extensions, known_plugins
    from imageio.config.extensions import FileExtension
    from imageio.config.plugins import PluginConfig

    known_plugins[NAME] = PluginConfig(
        name=NAME,
        class_name="FramePlugin",
        module_name="grade.io.imageio_plugin.plugin",
        install_name="grade-toolkit",
    )
    for extension in EXTENSIONS:
        known = known_extensions.setdefault(extension, [])
        if not any(NAME in one.priority for one in known):
            known.insert(0, FileExtension(extension=extension, priority=[NAME]))


if "imageio.config" in sys.modules:
    register()
