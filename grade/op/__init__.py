"""What an op is: parameters, formula, registry. The ops themselves are in ``grade.ops``."""

from grade.op.animation.keyframes import Animation, AnimationError, Key, first_value
from grade.op.animation.tracker_table import Track
from grade.op.base import OPS, Domain, DomainBy, Op, UnknownOp, find_op, names_of_ops
from grade.op.chain import Chain, ChainError
from grade.op.matte_ops import (
    MatteAlgebra,
    MatteError,
    MatteExpression,
    MatteOp,
    Qualifier,
    Window,
)
from grade.op.naming import NODE_NAME, kind_of, other_words
from grade.op.parameters.band import Band, BandParam
from grade.op.parameters.choices import Choice, Name, Switch
from grade.op.parameters.files import FileContent, FileName
from grade.op.parameters.places import PathParam, PlacesParam
from grade.op.parameters.points import PointsParam
from grade.op.parameters.record import Record
from grade.op.parameters.scalar import Param
from grade.op.parameters.setting import ParameterError, Setting
from grade.op.parameters.tables import CubeData, CurveData
from grade.op.parameters.vectors import LabelledParam, RgbParam, VectorParam
from grade.op.position import Position
from grade.op.working_space import ACES, AS_IS, Working

__all__ = [
    "ACES",
    "AS_IS",
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
    "Record",
    "RgbParam",
    "Setting",
    "Switch",
    "Track",
    "UnknownOp",
    "VectorParam",
    "Window",
    "Working",
    "find_op",
    "first_value",
    "kind_of",
    "names_of_ops",
    "other_words",
]
