"""The entries of a look file as pydantic models; parameters of ops are checked elsewhere."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from grade.graph.errors import LookFileError
from grade.graph.file.format_version import NEWEST
from grade.graph.file.yaml_tree import Mapping, Tree
from grade.suggestion import suggest

Word = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


MOST = 100  # how many errors of one file are compared, to find the first
LONGEST = 600  # characters of a message
PLATE_VIEW = "{display: ..., view: ...}, both of them texts"
PLATE = f"takes the name of a space, auto, or {PLATE_VIEW}"
SECTIONS = ("inputs", "mattes", "nodes", "outputs", "versions")


class KnownAs(tuple[str, ...]):
    """Other words for an entry, for the message that says which was meant."""

    __slots__ = ()

    def __new__(cls, *words: str) -> KnownAs:
        return super().__new__(cls, words)


class InputEntry(BaseModel):
    """Another input: a matte where a channel is named, else a picture."""

    model_config = ConfigDict(extra="allow", strict=True)

    files: str | None = None
    channel: str | None = None
    layer: str | None = None

    @model_validator(mode="after")
    def _is_one_thing(self) -> InputEntry:
        if self.channel is not None and self.layer is not None:
            raise ValueError("takes either channel, for a matte, or layer, for a picture")
        if (self.files, self.channel, self.layer) == (None, None, None):
            raise ValueError("name files, or a channel or layer of the plate")
        return self


class NodeEntry(BaseModel):
    """A node: its op, or the node whose settings it shares; then inputs and parameters."""

    model_config = ConfigDict(extra="allow", strict=True)

    op: Word | None = None
    like: Word | None = None
    from_: Word | None = Field(default=None, alias="from")
    matte: str | None = None

    @model_validator(mode="after")
    def _has_an_op(self) -> NodeEntry:
        if (self.op is None) == (self.like is None):
            raise ValueError("takes either op: KIND or like: NODE")
        if self.like is not None and (self.model_extra or self.matte is not None):
            extra = ", ".join([*(self.model_extra or {}), *(["matte"] if self.matte else [])])
            raise ValueError(
                f"shares the settings of {self.like}, so it has none of its own: {extra}"
            )
        return self


class OutputEntry(BaseModel):
    """An output: the node that it takes, and the space or view that it is converted to."""

    model_config = ConfigDict(extra="forbid", strict=True)

    from_: Annotated[Word | None, KnownAs("node", "input", "source")] = Field(
        default=None, alias="from"
    )
    space: Annotated[str | None, KnownAs("colorspace", "color_space", "dst")] = None
    display: Annotated[str | None, KnownAs("device", "monitor")] = None
    view: Annotated[str | None, KnownAs("view_transform", "odt", "output_transform")] = None

    @model_validator(mode="after")
    def _has_one_target(self) -> OutputEntry:
        if (self.display is None) != (self.view is None):
            raise ValueError("display and view go together")
        if self.space is not None and self.view is not None:
            raise ValueError("takes either space, or display and view")
        return self


class ViewEntry(BaseModel):
    """The view that made a plate: the look takes the plate back through it."""

    model_config = ConfigDict(extra="forbid", strict=True)

    display: str
    view: str


class Document(BaseModel):
    """A look file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    grade: Literal[2]
    look: Annotated[str, Field(min_length=1), KnownAs("name", "title")]
    intent: Annotated[str, KnownAs("description", "about", "note", "comment")] = ""
    config: Annotated[str | None, KnownAs("ocio", "ocio_config")] = None
    input: Annotated[str | ViewEntry | None, KnownAs("input_space", "source", "plate")] = None
    untagged: Annotated[str | ViewEntry | None, KnownAs("default_input", "fallback")] = None
    working: Annotated[
        str | None, KnownAs("working_space", "space", "color_space", "colorspace", "timeline")
    ] = None
    time: Literal["frame", "shot"] = "frame"
    rate: Annotated[
        Annotated[float, Field(ge=1, le=1000)] | None, KnownAs("fps", "frame_rate", "framerate")
    ] = None
    inputs: Annotated[
        dict[Word, InputEntry], Field(max_length=60), KnownAs("plates", "sources", "files")
    ] = Field(default_factory=dict)
    mattes: Annotated[
        dict[Word, str | NodeEntry],
        Field(max_length=500),
        KnownAs("masks", "mask", "keys", "windows", "shapes", "qualifiers"),
    ] = Field(default_factory=dict)
    nodes: Annotated[
        dict[Word, NodeEntry], Field(max_length=1000), KnownAs("ops", "grades", "layers", "graph")
    ] = Field(default_factory=dict)
    outputs: Annotated[
        dict[Word, OutputEntry],
        Field(min_length=1, max_length=60),
        KnownAs("deliveries", "displays", "render"),
    ]
    knobs: Annotated[
        dict[Word, str], Field(max_length=500), KnownAs("controls", "parameters", "params")
    ] = Field(default_factory=dict)
    versions: Annotated[
        dict[Word, dict[str, Any]], Field(max_length=500), KnownAs("presets", "variants")
    ] = Field(default_factory=dict)

    @field_validator("inputs", "mattes", "nodes", "knobs", "versions", mode="before")
    @classmethod
    def _empty(cls, given: Any) -> Any:
        return {} if given is None else given


def plain(entry: str | ViewEntry | None) -> str | dict[str, str] | None:
    """An input as a look takes it."""
    return entry.model_dump() if isinstance(entry, ViewEntry) else entry


def shorten(message: str) -> str:
    """The message; only its beginning and end if a long value makes it too long to read."""
    if len(message) <= LONGEST:
        return message
    return f"{message[: LONGEST // 2]} ... {message[-LONGEST // 2 :]}"


def validate(tree: Mapping, file_name: str) -> Document:
    """Check the tree of a look file, and give its document.

    Raises
    ------
    LookFileError
        If an entry does not fit; the message has file and line of the first one.
    """
    try:
        return Document.model_validate(tree.plain)
    except ValidationError as error:
        problems = error.errors()
        # A mistyped entry is the likely cause of a missing one.
        unknown = [p for p in problems if p["type"] == "extra_forbidden"] or problems
        line, message = min(_describe(tree, problem) for problem in unknown[:MOST])
        raise LookFileError(f"{file_name}:{line}: {shorten(message)}") from None


def _describe(tree: Tree, problem: Any) -> tuple[int, str]:
    """The line and the message for one error of pydantic."""
    # Pydantic adds the member of a union that it tried.
    members = ("[key]", "str", "NodeEntry", "function-after[_has_an_op(), NodeEntry]", "ViewEntry")
    place = [part for part in problem["loc"] if part not in members]
    here, entry = tree, None
    for part in place:
        if not isinstance(here, Mapping) or str(part) not in here.entries:
            break
        entry = here.entries[str(part)]
        here = entry.value
    line = here.line if entry is None else entry.key.line
    inside = len(place) > 1 and place[0] in SECTIONS
    label = ".".join(map(str, place[1:] if inside else place))
    return line, f"{label}: {_explain(place, problem)}" if label else _explain(place, problem)


def _explain(place: list[Any], problem: Any) -> str:
    """The message for one error of pydantic, without its place."""
    error, given = problem["type"], problem.get("input")
    if place[0] in ("input", "untagged"):
        return f"{given!r}: {PLATE}" if len(place) == 1 else f"a view is {PLATE_VIEW}"
    if place[0] == "mattes" and len(place) == 2 and not isinstance(given, dict | str):
        return _explain_matte(given)
    if error == "missing":
        return "missing" if place[-1] != "grade" else "missing; a look file begins with grade: 2"
    if error == "extra_forbidden":
        model: type[BaseModel] = Document if len(place) == 1 else OutputEntry
        fields = {field.alias or name: field for name, field in model.model_fields.items()}
        synonyms = {
            word: name
            for name, field in fields.items()
            for words in field.metadata
            if isinstance(words, KnownAs)
            for word in words
        }
        return f"a look file has no such entry.{suggest(str(place[-1]), fields, synonyms)}"
    if place == ["grade"]:
        return f"format version {given!r}; this version of grade reads {NEWEST} and older"
    if error == "literal_error":
        return f"{given!r}: takes {problem['ctx']['expected']}"
    if error == "string_pattern_mismatch":
        return f"{given!r}: a name is lower-case letters, digits and _, and begins with a letter"
    if error == "string_type":
        if place[-1] == "matte":
            return _explain_matte(given)
        return f"{given!r}: takes a text; put quotes around it if it is one"
    if error == "too_short":
        return "is empty; a look needs an output, as in master: {from: NODE}"
    if error == "too_long":
        most = problem["ctx"]["max_length"]
        return f"{len(given)} entries; a look file has up to {most}"
    if error in ("dict_type", "model_type", "model_attributes_type"):
        return f"{given!r}: takes entries, as in {{op: exposure, stops: 0.5}}"
    if error == "value_error":
        return str(problem["ctx"]["error"])
    return str(problem["msg"])


def _explain_matte(given: Any) -> str:
    if isinstance(given, list) and given and all(isinstance(name, str) for name in given):
        return f"{given!r}: combine mattes with & and |, as in {' & '.join(given)}"
    return f"{given!r}: takes a matte, such as skin, or mattes combined, such as skin & window"
