"""A config on disk and the LUT files that it refers to: what was edited is read again."""

import os

import numpy as np
import pytest

import grade.run
from grade.color.config.config import open_config
from grade.graph import Look
from grade.graph.running import kernels
from grade.ops import Convert, Exposure, OCIOLook

CONFIG = """ocio_profile_version: 2
search_path: luts
roles: {default: raw, scene_linear: ACEScg, aces_interchange: ACEScg}
file_rules: [!<Rule> {name: Default, colorspace: raw}]
displays: {d: [!<View> {name: v, colorspace: raw}]}
looks:
  - !<Look> {name: print, process_space: ACEScg, transform: !<FileTransform> {src: look.spimtx}}
colorspaces:
  - !<ColorSpace> {name: ACEScg, encoding: scene-linear}
  - !<ColorSpace> {name: raw, isdata: true}
  - !<ColorSpace>
    name: camera
    encoding: scene-linear
    to_scene_reference: !<FileTransform> {src: camera.spimtx}
  - !<ColorSpace>
    name: other
    encoding: scene-linear
    to_scene_reference: !<FileTransform> {src: other.spimtx}
"""
PIXELS = np.full((2, 2, 3), 0.25, np.float32)


class Show:
    """A config with its files."""

    def __init__(self, folder):
        self.folder, self.edits = folder, 0
        self.path = folder / "config.ocio"
        self.path.write_text(CONFIG, encoding="utf-8")
        (folder / "luts").mkdir()
        for name in ("camera", "other", "look"):
            self.gain(name, 0.5)

    def gain(self, name, value):
        """Write a matrix; its time differs from that before, however coarse the clock is."""
        file = self.folder / "luts" / f"{name}.spimtx"
        file.write_text(f"{value} 0 0 0  0 {value} 0 0  0 0 {value} 0", encoding="utf-8")
        self.edits += 1
        os.utime(file, ns=(0, 10**9 * self.edits))

    def look(self, *ops, source="camera"):
        look = Look("x", input=source, working="ACEScg", config=self.path)
        chain = look.source >> Exposure(name="open")
        for op in ops:
            chain = chain >> op
        look.outputs["m"] = chain
        return look


@pytest.fixture
def show(tmp_path):
    kernels.forget()
    yield Show(tmp_path)
    kernels.forget()


def level(look):
    return float(look.apply(PIXELS)[0, 0, 0])


def test_an_edited_lut_is_another_hash_and_another_kernel(show):
    before = show.look()
    assert level(before) == 0.125
    first = before.hash
    assert show.look().hash == first
    show.gain("camera", 2.0)
    after = show.look()
    assert after.hash != first
    assert level(after) == 0.5
    show.gain("camera", 0.5)
    assert show.look().hash == first
    assert level(show.look()) == 0.125


def test_a_look_stays_of_one_piece(show):
    before = show.look()
    assert level(before) == 0.125
    show.gain("camera", 2.0)
    assert level(before) == 0.125
    assert level(before.set({"open.stops": 1.0})) == 0.25
    assert level(show.look()) == 0.5


def test_a_lut_that_is_not_read_does_not_count(show):
    before = show.look().hash
    show.gain("other", 2.0)
    assert show.look().hash == before
    assert show.look(source="other").hash != show.look(source="ACEScg").hash


def test_an_edited_config_is_another_kernel(show):
    assert level(show.look()) == 0.125
    first = show.look().hash
    text = show.path.read_text(encoding="utf-8").replace("src: camera", "src: other")
    show.gain("other", 4.0)
    show.path.write_text(text, encoding="utf-8")
    assert level(show.look()) == 1.0
    assert show.look().hash != first


@pytest.mark.parametrize("op", ["look", "convert"])
def test_configs_that_an_op_names(show, op):
    def look():
        made = Look("x", working="ACEScg")
        if op == "look":
            made.outputs["m"] = made.source >> OCIOLook("print", config=str(show.path))
        else:
            into = Convert(src="ACEScg", dst="camera", config=str(show.path))
            made.outputs["m"] = made.source >> into
        return made

    before = look()
    first = before.hash
    value = level(before)
    show.gain("look", 2.0)
    show.gain("camera", 0.125)
    after = look()
    assert after.hash != first
    assert level(after) == 4 * value
    assert level(before) == value


def test_where_a_config_lies_does_not_count(tmp_path):
    shows = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        shows.append(Show(tmp_path / name))
    hashes = set()
    for one in shows:
        made = Look("x", working="ACEScg")
        made.outputs["m"] = made.source >> OCIOLook("print", config=str(one.path))
        hashes.add(made.hash)
    assert len(hashes) == 1
    assert shows[0].look().hash == shows[1].look().hash


def test_moved_sliders_open_nothing_again(show, monkeypatch):
    look = show.look()
    look.apply(PIXELS)
    count = []
    monkeypatch.setattr(grade.run, "executor", lambda *_: count.append(1))
    monkeypatch.setattr("grade.color.config.loading.load", lambda *_: count.append(1))
    for step in range(20):
        look.set({"open.stops": step / 10}).apply(PIXELS)
    assert not count


def test_an_archive_is_a_config_with_its_files(show):
    archive = show.folder / "show.ocioz"
    open_config(str(show.path)).raw.archive(str(archive))
    look = Look("x", input="camera", working="ACEScg", config=archive)
    look.outputs["m"] = look.source >> Exposure()
    assert level(look) == 0.125
    first = look.hash
    show.gain("camera", 2.0)
    open_config(str(show.path)).raw.archive(str(archive))
    os.utime(archive, ns=(0, 1))
    again = Look("x", input="camera", working="ACEScg", config=archive)
    again.outputs["m"] = again.source >> Exposure()
    assert level(again) == 0.5
    assert again.hash != first
