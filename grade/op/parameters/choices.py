"""Settings that are structure, part of the kernel: one word of a few, yes or no, a free text."""

from __future__ import annotations

from typing import Any

from grade.op.parameters.json_schema import Schema
from grade.op.parameters.setting import ParameterError, Setting
from grade.suggestion import suggest


class Choice(Setting):
    """One word among a few; the first is the default."""

    structural = True

    def __init__(self, *options: str, doc: str) -> None:
        self.options, self.default, self.doc = options, options[0], doc

    def check(self, value: Any, owner: str) -> Any:
        if value not in self.options:
            raise ParameterError(
                f"{owner}.{self.name} = {value!r}: not one of {', '.join(self.options)}."
                + (suggest(value, self.options) if isinstance(value, str) else "")
            )
        return value

    def summary(self) -> str:
        return f"{' | '.join(self.options)}, default {self.default}"

    def value_schema(self) -> Schema:
        return {"enum": list(self.options)}


class Switch(Setting):
    """Yes or no."""

    structural = True

    def __init__(self, default: bool, *, doc: str) -> None:
        self.default, self.doc = default, doc

    def check(self, value: Any, owner: str) -> Any:
        if not isinstance(value, bool):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes true or false")
        return value

    def summary(self) -> str:
        return f"true | false, default {str(self.default).lower()}"

    def value_schema(self) -> Schema:
        return {"type": "boolean"}


class Name(Setting):
    """A free text that names something: a space, a view, a layer. It may be None."""

    structural = True

    def __init__(self, default: str | None = None, *, doc: str) -> None:
        self.default, self.doc = default, doc

    def check(self, value: Any, owner: str) -> Any:
        if value is not None and not isinstance(value, str):
            raise ParameterError(f"{owner}.{self.name} = {value!r}: takes a text")
        return value

    def takes_none(self) -> bool:
        return True

    def summary(self) -> str:
        return "text" + ("" if self.default is None else f", default {self.default}")

    def value_schema(self) -> Schema:
        return {"type": "string"}
