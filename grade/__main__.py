"""`python -m grade`: the command, where its script is not on the path."""

from grade.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
