"""Reads damaged copies of a file under a limit of memory; run by test_damage.py, one per format."""

import faulthandler
import os
import sys
from pathlib import Path

MOST_BYTES = 1 << 30
MOST_SECONDS = 300  # for a copy; stops what hangs, and is no measure of speed


def limited() -> None:
    """Let this process have one gigabyte more than it has."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * os.sysconf("SC_PAGE_SIZE") + MOST_BYTES
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main(good: str, count: int) -> int:
    from grade.errors import GradeError
    from grade.io import read

    from .damage import cases

    path = Path(good)
    frame = read(path)  # libraries are loaded and buffers are there before the limit is set
    assert frame.planes["R"].size
    limited()
    file = path.with_name(f"damaged{path.suffix}")
    failed = 0
    for name, data in cases(path.read_bytes(), count):
        file.write_bytes(data)
        print(name, flush=True)
        faulthandler.dump_traceback_later(MOST_SECONDS, exit=True)
        try:
            found = read(file)
            shape = (found.data_window.height, found.data_window.width)
            assert found.planes["R"].shape == shape, name
        except GradeError as error:
            assert str(file) in str(error) or file.name in str(error), (name, error)
            failed += 1
        except MemoryError:
            print(f"MEMORY {name}", flush=True)
            return 4
    print(f"failed {failed}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2])))
