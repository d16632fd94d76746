"""`grade bench`, with every vector width: `python -m benchmarks opencolorio`."""

import sys

from grade.cli import main

if __name__ == "__main__":
    sys.exit(main(["bench", "--lanes", *sys.argv[1:]]))
