"""A compiled host kernel as a file: its machine code, and what its caller must know.

The key is the traced program, so a process that finds the file lowers nothing, and loads no part of
LLVM but the loader. The key also holds the processor, the version of LLVM and the text of the
compiler itself: after a change of a pass no older kernel is found. The tables are those of the
traced program, since no pass makes one.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from pathlib import Path

from grade.emit.kernel_arguments import Signature
from grade.ir.program import Program
from grade.run import kernel_folder as folder
from grade.run.host_processor import host_flags, host_name
from grade.run.machine_code import versions

_KIND = "cpu"
_ROOT = Path(__file__).parent.parent
_ROOMS = ("science", "ir", "passes", "emit", "run")


def save(program: Program, lanes: int, signature: Signature, code: bytes) -> None:
    """Save the kernel of a traced program, if the folder can be written."""
    key = _key(program, lanes)
    if key is None:
        return
    about = {
        "key": key,
        "prologue": signature.prologue,
        "outputs": signature.outputs,
        "margins": signature.margins,
        "tables": [program.tables.index(table) for table in signature.tables],
    }
    head = json.dumps(about).encode() + b"\n"
    folder.save(folder.path_of(_KIND, key), head + code)


def load(program: Program, lanes: int) -> tuple[Signature, bytes] | None:
    """The signature and the machine code of a traced program, or None."""
    key = _key(program, lanes)
    content = None if key is None else folder.load(folder.path_of(_KIND, key))
    if content is None:
        return None
    head, _, code = content.partition(b"\n")
    about = json.loads(head)
    if about["key"] != key:
        return None
    signature = Signature(
        program.sources,
        program.targets,
        program.uniforms,
        about["prologue"],
        tuple(about["outputs"]),
        tuple(program.tables[index] for index in about["tables"]),
        tuple(about["margins"]),
    )
    return signature, code


def _key(program: Program, lanes: int) -> str | None:
    compiler = _compiler(_ROOT)
    if compiler is None:
        return None
    words = (program.hash, str(lanes), host_name(), host_flags(), versions(), compiler)
    return hashlib.sha256("\n".join(words).encode()).hexdigest()


@cache
def _compiler(root: Path) -> str | None:
    """The checksum of the compiler's own text; None where it cannot be read."""
    digest, count = hashlib.sha256(), 0
    try:
        for path in sorted(path for room in _ROOMS for path in (root / room).rglob("*.py")):
            digest.update(path.relative_to(root).as_posix().encode() + b"\0")
            digest.update(path.read_bytes() + b"\0")
            count += 1
    except OSError:
        return None
    return digest.hexdigest() if count else None
