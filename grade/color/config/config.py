"""OpenColorIO configs: their color spaces, displays and views, and the transforms between them.

OpenColorIO reads the config. Its processor cache is always off, because it takes two LUTs of equal
length, minimum and maximum for the same (seen in 2.6.0).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

from grade.color.config.built_in_configs import (
    find_configs_with_space,
    find_configs_with_view,
    suggest_config,
)
from grade.color.config.context import parse_context
from grade.color.config.encoded_input import make_encoded_transform
from grade.color.config.interop_tags import make_tags
from grade.color.config.linear_space import find_linear_space
from grade.color.config.looks import make_display_transform, make_look_transform
from grade.color.config.referenced_files import (
    FileStamp,
    hash_file,
    is_unchanged,
    list_files,
    report_files,
)
from grade.color.config.search import Found, list_searches
from grade.color.config.space import Space
from grade.color.config.transform_texts import list_names, list_sources
from grade.color.config.variables import (
    NONE,
    NamedVariables,
    Variables,
    find_in_file,
    find_without_value,
    reaching,
)
from grade.color.errors import ConfigError, UnknownSpace, find_nearest
from grade.color.tags.encoding import RGBEncoding
from grade.color.transforms.ocio_processor import from_processor
from grade.color.transforms.transform import Transform

DEFAULT = "ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6"


def open_config(name: str | None = None, context: str | Mapping[str, str] | None = None) -> Config:
    """Open a config.

    Parameters
    ----------
    name
        The path of a config, or the name of a built-in one with or without ``ocio://``. An
        ``.ocioz`` archive is a config together with its LUTs. None takes the config that the
        settings name (``$OCIO``), else the built-in studio config.
    context
        Values of context variables, as a mapping or a text such as ``SHOT=sh010, SEQ=night``. They
        override those of the environment.

    Returns
    -------
    Config
        The same object as before, as long as nothing has changed that it depends on: the config
        file, the LUT files that were read through it and the places where they were looked for, and
        the variables of the environment that it names.

    Raises
    ------
    ConfigError
        If there is no such config, or it cannot be read.
    """
    from grade.color.config.loading import identify, load
    from grade.settings import settings

    resolved, stamp = identify(name or settings().ocio or DEFAULT)
    own = NONE if stamp is None else find_in_file(stamp)
    digest = None if stamp is None else hash_file(stamp)
    given = parse_context(context)
    key = (resolved, digest, given, reaching(own))
    found = _opened.get(key)
    if found is None or not found.is_current():
        name = f"sha256:{digest}" if digest else resolved
        found = _opened[key] = Config(load(resolved, dict(given)), resolved, name, dict(given))
    return found


_opened: dict[tuple[str, str | None, Variables, Variables], Config] = {}


class Config:
    """An OpenColorIO config: spaces, displays and views, and the transforms between them.

    Parameters
    ----------
    raw
        The ``PyOpenColorIO.Config``.
    path
        The path or name that messages show.
    name
        What a look saves: ``ocio://`` and the full name of a built-in config, or ``sha256:`` and
        the digest of a config file.
    context
        Values of context variables; they override those of the environment.
    """

    def __init__(
        self, raw: Any, path: str, name: str, context: Mapping[str, str] | None = None
    ) -> None:
        import PyOpenColorIO as ocio

        self.raw, self.path, self.name = raw, path, name
        raw.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
        self.context = raw.getCurrentContext()
        for variable, value in (context or {}).items():
            self.context.setStringVar(variable, value)
        self._transforms: dict[tuple[Any, ...], Transform] = {}
        self._linear_spaces: dict[str, str] = {}
        self._files: dict[tuple[Any, ...], tuple[FileStamp, ...]] = {}
        self._searches: set[Found] = set()
        self._named_by_files, self._reached = NONE, reaching(NONE)

    @property
    def on_disk(self) -> bool:
        """Whether the config is a file on disk, which may refer to other files."""
        return self.name.startswith("sha256:")

    def is_current(self) -> bool:
        """Whether the LUT files that were read are unchanged, and would be found again.

        The variables that the config itself names are a matter of :func:`open_config`; a CTF file
        names others in its references.
        """
        return (
            all(is_unchanged(file) for files in self._files.values() for file in files)
            and all(found.is_current() for found in self._searches)
            and reaching(self._named_by_files) == self._reached
        )

    def __repr__(self) -> str:
        return f"Config({self.path})"

    # --- contents ---------------------------------------------------------------------------------

    @property
    def spaces(self) -> list[str]:
        """The names of all active color spaces, in the config's order."""
        return list(self.raw.getColorSpaceNames())

    @property
    def displays(self) -> dict[str, list[str]]:
        """The views of every active display."""
        return {d: list(self.raw.getViews(d)) for d in self.raw.getDisplays()}

    def space(self, name: str) -> Space:
        """Find a space by its name, an alias or a role.

        Raises
        ------
        UnknownSpace
            If there is none; the message names the nearest, and a built-in config that has it.
        """
        found = self.raw.getColorSpace(name)
        if found is None:
            raise UnknownSpace(self._explain_unknown_space(name))
        return Space(
            name=found.getName(),
            encoding=found.getEncoding(),
            is_data=found.isData(),
            is_display=found.getReferenceSpaceType().name == "REFERENCE_SPACE_DISPLAY",
            interop_id=found.getInteropID(),
        )

    def view_space(self, display: str, view: str) -> str:
        """The space of a view of a display."""
        space = self.raw.getDisplayViewColorSpaceName(display, view)
        return display if space in ("", "<USE_DISPLAY_NAME>") else str(space)

    def check_view(self, display: str, view: str) -> None:
        """Check that a display has a view.

        Raises
        ------
        UnknownSpace
            If it has not; the message lists its views, and names a built-in config that has both.
        """
        displays = self.displays
        if display in displays and view in displays[display]:
            return
        if display in displays:
            problem = f"display {display!r} has no view {view!r}"
            remedy = f"its views are {', '.join(displays[display])}"
        else:
            problem = f"there is no display {display!r}"
            near = find_nearest(display, displays)
            remedy = f"nearest: {', '.join(near)}" if near else f"it has {', '.join(displays)}"
        elsewhere = suggest_config(find_configs_with_view(display, view), self.path)
        raise UnknownSpace(f"{self.path}: {problem}; {remedy}.{elsewhere}")

    def _explain_unknown_space(self, name: str) -> str:
        names = list(self.spaces) + list(self.raw.getRoleNames())
        for space in self.raw.getColorSpaces():
            names.extend(space.getAliases())
        near = list(dict.fromkeys(self._canonical_name(n) for n in find_nearest(name, names, 5)))[
            :3
        ]
        hint = f" Nearest: {', '.join(near)}." if near else ""
        elsewhere = suggest_config(find_configs_with_space(name), self.path)
        return f"{self.path} has no color space {name!r}.{hint}{elsewhere}"

    def _canonical_name(self, name: str) -> str:
        return self.raw.getCanonicalName(name) or name

    # --- transforms -------------------------------------------------------------------------------

    def convert(self, src: str, dst: str) -> Transform:
        """Make the transform from one space to another; the identity for equal or data spaces.

        Raises
        ------
        UnknownSpace
            If the config does not have one of the spaces.
        UntranslatedTransform
            If the conversion needs a primitive that has no translation.
        ConfigError
            If OpenColorIO cannot make the conversion, for example because a LUT file is missing.
        """
        source, target = self.space(src), self.space(dst)
        if source.name == target.name or source.is_data or target.is_data:
            return Transform((), source.name, target.name)
        return self._read(source.name, target.name, source.name, target.name)

    def display(
        self, display: str, view: str, src: str, *, looks: str | None = None, inverse: bool = False
    ) -> Transform:
        """Make the transform from a space to a display through a view, or back.

        ``looks`` replace the looks of the view; an empty text removes them.

        Raises
        ------
        UnknownSpace, UntranslatedTransform, ConfigError
            As for :meth:`convert`.
        """
        import PyOpenColorIO as ocio

        if looks is not None:
            return make_display_transform(self, display, view, src, looks, inverse=inverse)
        source = self.space(src).name
        self.check_view(display, view)
        label = f"{display} / {view}"
        way = ocio.TRANSFORM_DIR_INVERSE if inverse else ocio.TRANSFORM_DIR_FORWARD
        ends = (label, source) if inverse else (source, label)
        return self._read(*ends, source, display, view, way)

    def looks(self, looks: str, space: str, *, inverse: bool = False) -> Transform:
        """Make the transform of looks, such as ``a, -b``, for a picture that stays in its space.

        Raises
        ------
        UnknownSpace, UntranslatedTransform, ConfigError
            As for :meth:`convert`.
        """
        return make_look_transform(self, looks, space, inverse=inverse)

    def encoded(self, encoding: RGBEncoding, space: str) -> Transform:
        """Make the transform from code values of an encoding, which a file states, to a space.

        Raises
        ------
        UnknownSpace, UntranslatedTransform, ConfigError
            As for :meth:`convert`.
        """
        return make_encoded_transform(self, encoding, space)

    def _read(self, source: str, target: str, *request: Any) -> Transform:
        def make() -> Any:
            return self.raw.getProcessor(self.context, *request)

        return self.read_processor(request, source, target, make)

    def read_processor(
        self, key: tuple[Any, ...], source: str, target: str, make: Callable[[], Any]
    ) -> Transform:
        """Read the processor that ``make`` returns into a transform, once per key."""
        if key not in self._transforms:
            import PyOpenColorIO as ocio

            try:
                processor = make()
            except (ocio.Exception, ocio.ExceptionMissingFile) as error:
                ocio.ClearAllCaches()  # else a file that appears later stays missing
                way = f"{source} to {target}" if target else source
                raise ConfigError(f"{self.path}: {way}: {self.explain(error)}") from None
            self._files[key] = list_files(processor)
            self._watch(self._files[key])
            self._transforms[key] = from_processor(processor, source, target)
        report_files(self._files[key])
        return self._transforms[key]

    def _watch(self, files: tuple[FileStamp, ...]) -> None:
        """Remember what decided that these files were read."""
        if not self.on_disk:
            return
        paths = [file.path for file in files]
        self._searches.update(list_searches(self._sources, self.context, paths))
        for file in files:
            if file.path.lower().endswith((".ctf", ".clf")):
                self._named_by_files |= find_in_file(file)
        self._reached = reaching(self._named_by_files)

    @cached_property
    def _sources(self) -> tuple[str, ...]:
        return list_sources(self.raw)

    @cached_property
    def chosen_names(self) -> dict[str, str]:
        """What variables make of names of spaces, looks, views and corrections.

        They decide a picture as the content of a file does. Paths do not: the content counts.
        """
        if not self.on_disk:
            return {}
        texts = (text for text in list_names(self.raw) if NamedVariables.of(text) != NONE)
        return {text: self.context.resolveStringVar(text) for text in texts}

    def explain(self, error: Exception) -> str:
        """The message of an error of OpenColorIO, with the variables that lack a value."""
        message = " ".join(str(error).split())
        without = find_without_value(message, self.values)
        if not without:
            return message
        one = len(without) == 1
        declared = list(self.raw.getEnvironmentVarNames())
        where = (
            "the environment"
            if set(without) <= {*declared} or not declared
            else (
                f"the environment and its name under environment: of the config, which declares"
                f" {', '.join(declared)}"
            )
        )
        return (
            f"the context variable{'' if one else 's'} {', '.join(without)}"
            f" {'has' if one else 'have'} no value; give {'it one' if one else 'them values'} by"
            f" --context {without[0]}=..., context= of the node, a column of the show, or in"
            f" {where}. OpenColorIO says: {message}"
        )

    @property
    def values(self) -> dict[str, str]:
        """The values of context variables."""
        return dict(self.context.getStringVars())

    # --- relations --------------------------------------------------------------------------------

    def linear_space(self, space_name: str) -> str:
        """Find the linear space with the same primaries: ACEScct -> ACEScg.

        Raises
        ------
        NoLinearSpace
            If the config has none; the message says what to do instead.
        """
        space = self.space(space_name)
        if space.name not in self._linear_spaces:
            self._linear_spaces[space.name] = find_linear_space(self, space)
        return self._linear_spaces[space.name]

    def interop(self, space_name: str) -> dict[str, Any]:
        """Make the tags that name a space in a file: ``colorInteropID`` and ``chromaticities``."""
        return make_tags(self, self.space(space_name))


__all__ = ["DEFAULT", "Config", "open_config"]
