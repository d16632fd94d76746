"""A look without what acts through windows: the same at every place of a picture."""

import re

from grade.op import Window


def everywhere(look):
    """The look with what acts through windows only switched off."""
    windows = {placed.name for placed in look.mattes() if isinstance(placed.op, Window)}
    local = [
        placed.name
        for placed in look.nodes()
        if placed.matte and windows & set(re.findall(r"\w+", placed.matte))
    ]
    return look.set({f"{name}.amount": 0.0 for name in local}) if local else look
