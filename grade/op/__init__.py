"""What an op is: parameters, formula, registry. The ops themselves are in ``grade.ops``."""

from grade.op.base import OPS, Domain, Op, UnknownOp, find_op
from grade.op.chain import Chain, ChainError
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

__all__ = [
    "NODE_NAME",
    "OPS",
    "Chain",
    "ChainError",
    "Choice",
    "Domain",
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
    "find_op",
    "kind_of",
    "nearest",
    "suggestion",
]
