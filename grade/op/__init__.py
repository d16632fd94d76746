"""What an op is: parameters, formula, registry. The ops themselves are in ``grade.ops``."""

from grade.op.animation.keyframes import Animation, AnimationError, Key, still
from grade.op.animation.track import Track
from grade.op.base import OPS, Domain, DomainBy, Op, UnknownOp, find_op
from grade.op.chain import Chain, ChainError
from grade.op.matte import (
    MatteAlgebra,
    MatteError,
    MatteExpression,
    MatteOp,
    Qualifier,
    Window,
)
from grade.op.naming import NODE_NAME, kind_of, nearest, suggestion
from grade.op.parameters.band import Band, BandParam
from grade.op.parameters.files import FileContent, FileName
from grade.op.parameters.labelled import LabelledParam
from grade.op.parameters.places import PathParam, PlacesParam
from grade.op.parameters.scalar import (
    Choice,
    Name,
    Param,
    ParameterError,
    PointsParam,
    RgbParam,
    Setting,
    Switch,
    VectorParam,
)
from grade.op.parameters.tables import CubeData, CurveData
from grade.op.position import Position
from grade.op.working import ACES, Working

__all__ = [
    "ACES",
    "NODE_NAME",
    "OPS",
    "Animation",
    "AnimationError",
    "Band",
    "BandParam",
    "Chain",
    "ChainError",
    "Choice",
    "CubeData",
    "CurveData",
    "Domain",
    "DomainBy",
    "FileContent",
    "FileName",
    "Key",
    "LabelledParam",
    "MatteAlgebra",
    "MatteError",
    "MatteExpression",
    "MatteOp",
    "Name",
    "Op",
    "Param",
    "ParameterError",
    "PathParam",
    "PlacesParam",
    "PointsParam",
    "Position",
    "Qualifier",
    "RgbParam",
    "Setting",
    "Switch",
    "Track",
    "UnknownOp",
    "VectorParam",
    "Window",
    "Working",
    "find_op",
    "kind_of",
    "nearest",
    "still",
    "suggestion",
]
