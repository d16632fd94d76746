"""The outputs of a look: a mapping from their names to pictures."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, MutableMapping

from grade.graph.errors import GraphError, UnknownName
from grade.graph.model.picture import Picture
from grade.graph.model.wire import Wire
from grade.op import NODE_NAME
from grade.suggestion import suggest


class Outputs(MutableMapping[str, Picture]):
    """``look.outputs["master"] = picture``; the first one is the default.

    Parameters
    ----------
    source
        The source of the look; every output must come from it.
    on_change
        Called after every change. If it raises a ``GraphError``, the change is undone.
    pictures
        The first outputs, already checked.
    """

    def __init__(
        self,
        source: Picture,
        on_change: Callable[[], None],
        pictures: Mapping[str, Picture] | None = None,
    ) -> None:
        self._source, self._on_change = source, on_change
        self._pictures: dict[str, Picture] = dict(pictures or {})

    def __setitem__(self, name: str, picture: Picture) -> None:
        if not isinstance(name, str) or not NODE_NAME.match(name):
            raise GraphError(
                f"output {name!r}: a name is lower-case letters, digits and _, and begins with a"
                " letter"
            )
        if not isinstance(picture, Picture):
            raise GraphError(
                f"output {name}: {picture!r} is not a picture; start from look.source, as in"
                f' look.outputs["{name}"] = look.source >> ...'
            )
        if picture.source is not self._source:
            raise GraphError(f"output {name}: the picture belongs to another look")
        before = self._pictures.copy()
        self._pictures[name] = picture
        try:
            self._on_change()
        except GraphError:
            self._pictures = before
            raise

    def __getitem__(self, name: str) -> Picture:
        if name in self._pictures:
            return self._pictures[name]
        if not self._pictures:
            raise UnknownName('the look has no output; give it one: look.outputs["master"] = ...')
        raise UnknownName(f"there is no output {name!r}.{suggest(name, self._pictures)}")

    def __contains__(self, name: object) -> bool:
        return name in self._pictures

    def __delitem__(self, name: str) -> None:
        self[name]
        del self._pictures[name]
        self._on_change()

    def __iter__(self) -> Iterator[str]:
        return iter(self._pictures)

    def __len__(self) -> int:
        return len(self._pictures)

    def __repr__(self) -> str:
        return f"Outputs({', '.join(self._pictures) or 'none'})"


def is_delivery(picture: Wire) -> bool:
    """Whether a node only converts an output to its space, as ``space`` or ``view`` in a file."""
    op = picture.op
    if op is None or op.name is not None or picture.matte is not None or not op.changes_space:
        return False
    allowed = {"dst", "display", "view"}
    return all(
        value == op.settings[field].default or field in allowed
        for field, value in op.values.items()
    )
