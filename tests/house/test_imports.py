"""Heavy libraries load where they are used: looking at a package must not pay for them.

Times are measured in `benchmarks/`; here stands what cannot vary.
"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
LIBRARIES = {"colour", "PyOpenColorIO", "OpenImageIO", "OpenEXR", "imageio", "fileseq", "scipy"}
ENGINES = {"numba", "llvmlite", "cupy", "cuda"}
COMPILER = [
    name for name in ("science", "ir", "op", "passes", "ops", "emit", "run")
    if (ROOT / "grade" / name).is_dir() or (ROOT / "grade" / f"{name}.py").is_file()
]  # fmt: skip


def loaded_by(statement: str) -> set[str]:
    """The modules that a fresh interpreter has after `statement` and had not before."""
    code = f"import json, sys; had = set(sys.modules)\n{statement}\n"
    code += "print(json.dumps(sorted(set(sys.modules) - had)))"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return set(json.loads(done.stdout))


def top(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def test_import_grade_loads_nothing_heavy():
    modules = loaded_by("import grade")
    assert not top(modules) & (LIBRARIES | ENGINES | {"pydantic", "ruamel", "rich", "click"})
    assert len(modules) < 60, sorted(modules)


def test_settings_and_assets_need_the_standard_library_only():
    modules = loaded_by("import grade.settings, grade.assets; grade.settings.settings()")
    assert top(modules) - {"grade"} <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", COMPILER)
def test_the_compiler_needs_no_image_and_no_colour_library(name):
    modules = top(loaded_by(f"import grade.{name}"))
    assert not modules & (LIBRARIES | {"pydantic", "ruamel", "rich", "click"})


@pytest.mark.parametrize("name", [name for name in COMPILER if name not in {"emit", "run"}])
def test_the_language_needs_no_engine(name):
    assert not top(loaded_by(f"import grade.{name}")) & ENGINES


def test_every_public_name_is_honest():
    code = "import grade\nfor name in getattr(grade, '__all__', []): getattr(grade, name)"
    loaded_by(code)
