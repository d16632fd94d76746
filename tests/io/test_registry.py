"""A still format is one module: a reader, a writer and a call; no other code knows of it."""

import json
from pathlib import Path

import numpy as np
import pytest

from grade.cli import main
from grade.graph import Look
from grade.io import Frame, UnsupportedError, WriteOptions, extensions, format_for, read
from grade.io.formats import registry
from grade.io.formats.integer_codes import bits_of, interleave, make_frame
from grade.io.formats.layers import refuse_layer
from grade.io.formats.pixel_layouts import code_value_rule
from grade.io.formats.registry import Format, register

from .pictures import picture

BITS = ("8", "10")

# --- what the module of a new format holds --------------------------------------------------------


def read_plain(path: Path, layer: str | None, threads: int) -> Frame:
    refuse_layer(path, layer, "Plain")
    saved = json.loads(path.read_text())
    return make_frame(np.array(saved["codes"], saved["dtype"]), saved["bits"], "none")


def write_plain(frame: Frame, path: Path, options: WriteOptions) -> None:
    frame = frame.filling_display()
    bits = options.bits or bits_of(frame, BITS, "10")
    codes = interleave(frame, bits)
    saved = {"bits": int(bits), "dtype": codes.dtype.name, "codes": codes.tolist()}
    path.write_text(json.dumps(saved))


PLAIN = Format(
    name="Plain",
    extensions=(".plain",),
    bits=BITS,
    compressions=(),
    read=read_plain,
    write=write_plain,
    choose_layout=code_value_rule(BITS, default="10"),
    holds="display",
)

# --------------------------------------------------------------------------------------------------


@pytest.fixture(autouse=True)
def _registered(monkeypatch: pytest.MonkeyPatch) -> None:
    registry.extensions()  # loads the formats
    monkeypatch.setattr(registry, "_by_extension", dict(registry._by_extension))
    register(PLAIN)


def test_it_is_read_written_and_listed(tmp_path: Path) -> None:
    assert ".plain" in extensions(written=True) and format_for(tmp_path / "a.plain") is PLAIN
    frame = Frame.from_pixels(np.arange(60, dtype=np.uint8).reshape(4, 5, 3))
    again = read(frame.write(tmp_path / "a.plain"))
    assert np.array_equal(again.pixels, frame.pixels) and again.path == tmp_path / "a.plain"
    ten = read(frame.write(tmp_path / "b.plain", bits=10))
    assert str(ten.native.layout) == "u10 x3 interleaved"
    with pytest.raises(UnsupportedError, match="Plain has no bits 16; it has 8, 10"):
        frame.write(tmp_path / "a.plain", bits=16)


def test_it_is_rendered_and_described(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    look = Look("plain")
    picture(8).write(tmp_path / "in.0001.exr")
    look.outputs["out"] = look.source
    look.save(tmp_path / "a.grade.yaml")
    files = [str(tmp_path / name) for name in ("a.grade.yaml", "in.####.exr", "out.####.plain")]
    assert main(["render", *files, "--as-is", "--progress", "none"]) == 0
    made = read(tmp_path / "out.0001.plain")
    assert str(made.native.layout) == "u10 x3 interleaved"
    capsys.readouterr()
    assert main(["info", str(tmp_path / "out.0001.plain")]) == 0
    assert "Plain" in capsys.readouterr().out


def test_an_extension_belongs_to_one_format() -> None:
    other = Format("Other", (".plain",), (), (), read_plain, None)
    with pytest.raises(ValueError, match="is registered by Plain and Other"):
        register(other)
