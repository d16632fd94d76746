"""What an op is: parameters, formula, registry. The ops themselves are in ``grade.ops``."""

from grade.op.base import OPS, Domain, DomainBy, Op, UnknownOp, find_op
from grade.op.chain import Chain, ChainError
from grade.op.data import CubeData, CurveData
from grade.op.file import FileContent, FileName
from grade.op.naming import NODE_NAME, kind_of, nearest, suggestion
from grade.op.parameter import (
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
from grade.op.working import ACES, Working

__all__ = [
    "ACES",
    "NODE_NAME",
    "OPS",
    "Chain",
    "ChainError",
    "Choice",
    "CubeData",
    "CurveData",
    "Domain",
    "DomainBy",
    "FileContent",
    "FileName",
    "Name",
    "Op",
    "Param",
    "ParameterError",
    "PointsParam",
    "RgbParam",
    "Setting",
    "Switch",
    "UnknownOp",
    "VectorParam",
    "Working",
    "find_op",
    "kind_of",
    "nearest",
    "suggestion",
]
