"""The README is run: every ```python block, in order, as one program in an empty directory."""

import subprocess
import sys
from pathlib import Path

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
        [sys.executable, str(script)], cwd=work, capture_output=True, text=True, timeout=240
    )
    assert done.returncode == 0, done.stdout + done.stderr
