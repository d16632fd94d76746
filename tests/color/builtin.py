"""Every processor of every built-in config, each distinct one once."""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import PyOpenColorIO as ocio

from grade.color.config.built_in_configs import list_built_in_configs
from grade.color.config.config import open_config
from grade.color.transforms.ocio_processor import optimize_losslessly

WAYS = (ocio.TRANSFORM_DIR_FORWARD, ocio.TRANSFORM_DIR_INVERSE)
REFERENCES = ("aces_interchange", "scene_linear")


@dataclass(frozen=True)
class Request:
    """What is asked of a config, and whether it asks with light or with code values."""

    config: str
    arguments: tuple[Any, ...]
    light: bool
    inverse: bool = False

    @property
    def processor(self):
        return open_config(self.config).raw.getProcessor(*self.arguments)

    def __str__(self):
        return f"{self.config} {' '.join(map(str, self.arguments))}"


def requests_of(name):
    """Both ways between every space and the reference, every view, look and named transform.

    Also those that the config keeps inactive, for an alias or an old file may ask for them.
    """
    raw = open_config(name).raw
    for reference in REFERENCES:
        for space in raw.getColorSpaceNames(ocio.SEARCH_REFERENCE_SPACE_ALL, ocio.COLORSPACE_ALL):
            linear = "linear" in raw.getColorSpace(space).getEncoding()
            yield Request(name, (space, reference), linear)
            yield Request(name, (reference, space), True)
        for display in raw.getDisplays():
            for view in raw.getViews(display):
                for way in WAYS:
                    back = way == WAYS[1]
                    yield Request(name, (reference, display, view, way), not back, back)
        for look in raw.getLookNames():
            for way in WAYS:
                asked = ocio.LookTransform(reference, reference, look)
                yield Request(name, (asked, way), True, way == WAYS[1])
    for named in raw.getNamedTransformNames(ocio.NAMEDTRANSFORM_ALL):
        for way in WAYS:
            yield Request(name, (raw.getNamedTransform(named), way), False)


@cache
def distinct():
    """One request for each distinct processor, in an order drawn by seed."""
    found = {}
    for name in list_built_in_configs():
        for request in requests_of(name):
            found.setdefault(optimize_losslessly(request.processor).getCacheID(), request)
    requests = [found[key] for key in found]
    return [requests[i] for i in np.random.default_rng(299).permutation(len(requests))]
