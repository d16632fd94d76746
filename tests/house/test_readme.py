"""The README is run: every ```python block, in order, as one program in an empty directory.

The look file that it shows is rendered by the command that stands below it.
"""

import re
import shlex
import subprocess
import sys
from pathlib import Path

import numpy as np
import PyOpenColorIO as ocio

import grade

ROOT = Path(__file__).parents[2]


def program(text: str) -> str:
    """The python blocks of `text`, each line where it stands there, so that tracebacks fit."""
    lines, inside = [], False
    for line in text.splitlines():
        fence = line.startswith("```")
        lines.append(line if inside and not fence else "")
        if fence:
            inside = not inside and line[3:].strip() == "python"
    return "\n".join(lines) + "\n"


def test_blocks_keep_their_lines():
    text = "a\n```python\nx = 1\n```\n```sh\nrm\n```\n```python\ny = 2\n```\n"
    assert program(text).splitlines() == ["", "", "x = 1", "", "", "", "", "", "y = 2", ""]


def test_the_readme_runs(tmp_path):
    script = tmp_path / "README.py"
    script.write_text(program((ROOT / "README.md").read_text(encoding="utf-8")), encoding="utf-8")
    work = tmp_path / "work"
    work.mkdir()
    done = subprocess.run(
        [sys.executable, str(script)], cwd=work, capture_output=True, text=True, timeout=600
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_look_and_the_command_render_a_sequence(tmp_path):
    """Camera log through a CDL in ACEScct to an ACES 2.0 view, as OpenColorIO has it."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    shown = re.search(r"```yaml\n(.*?)```\s*?\n\n    (grade render (\S+) .*?)\n", text, re.DOTALL)
    assert shown, "the README shows a look file, and below it the command that renders it"
    look, command, name = shown.groups()
    (tmp_path / name).write_text(look, encoding="utf-8")
    plates = {}
    for number in (1001, 1002):
        random = np.random.default_rng(number)
        plates[number] = random.uniform(0.05, 0.9, (9, 16, 3)).astype(np.float16)
        frame = grade.Frame.from_pixels(plates[number], frame=number)
        (tmp_path / "plates").mkdir(exist_ok=True)
        frame.write(tmp_path / "plates" / "sh020.####.exr")
    words = [sys.executable, "-m", "grade", *shlex.split(command)[1:]]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    for number, plate in plates.items():
        graded = grade.read(tmp_path / "dailies" / f"sh020.{number}.png")
        made = np.stack([graded.planes[channel] for channel in graded.color[:3]], axis=-1)
        assert made.dtype == np.uint16
        expected = through_opencolorio(plate.astype(np.float32))
        assert np.abs(made / 65535 - np.clip(expected, 0, 1)).max() < 1e-4


def through_opencolorio(pixels):
    config = ocio.Config.CreateFromBuiltinConfig("studio-config-v5.0.0_aces-v2.1_ocio-v2.6")
    config.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)
    cdl = ocio.CDLTransform()
    cdl.setSlope([1.04, 1.0, 0.97])
    cdl.setOffset([0.01, 0.01, 0.01])
    cdl.setSat(0.95)
    cdl.setStyle(ocio.CDL_NO_CLAMP)
    view = ocio.DisplayViewTransform(
        "ACEScct", "Rec.1886 Rec.709 - Display", "ACES 2.0 - SDR 100 nits (Rec.709)"
    )
    steps = [ocio.ColorSpaceTransform("ARRI LogC4", "ACEScct"), cdl, view]
    result = np.ascontiguousarray(pixels)
    lossless = (ocio.BIT_DEPTH_F32, ocio.BIT_DEPTH_F32, ocio.OPTIMIZATION_LOSSLESS)
    processor = config.getProcessor(ocio.GroupTransform(steps))
    processor.getOptimizedCPUProcessor(*lossless).applyRGB(result)
    return result
