"""The presets that are known, by name.

The shipped ones are `luts/presets/NAME.preset.yaml`. A house adds its own in the folder that
``GRADE_PRESETS`` names, and a project in `presets/` beside the look. Of two with one name, the one
that is nearer to the look wins.
"""

from __future__ import annotations

from pathlib import Path

from grade import assets
from grade.io.presets.preset import SUFFIX, Preset, PresetError
from grade.io.presets.preset_file import load_preset
from grade.settings import settings
from grade.suggestion import suggest


def list_presets(beside: Path | None = None) -> dict[str, Path]:
    """Return the file of every known preset, by name.

    Parameters
    ----------
    beside
        A look file, or its folder.
    """
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


def find_preset(name: str, beside: Path | None = None) -> Preset:
    """Return the preset of a name.

    Raises
    ------
    PresetError
        There is none of this name (the message names the nearest), or its file is wrong.
    """
    known = list_presets(beside)
    if name not in known:
        raise PresetError(f"there is no preset {name}.{suggest(name, known)}")
    return load_preset(known[name])
