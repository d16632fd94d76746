"""Runs every `bench_*.py` here, or those that are named: `python -m benchmarks ops sequence`.

Each runs in a process of its own, so that none measures what another has warmed up.
"""

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    there = {path.stem.removeprefix("bench_"): path for path in sorted(HERE.glob("bench_*.py"))}
    unknown = [name for name in wanted if name not in there]
    if unknown or not there:
        known = ", ".join(there) or "none yet"
        print(f"no benchmark {' '.join(unknown)}: there is {known}", file=sys.stderr)
        return 2
    failed = []
    for name in wanted or there:
        print(f"== {name}", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{there[name].stem}"]
        if subprocess.run(command, cwd=HERE.parent).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {' '.join(failed)}", file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
