import sys
import threading

import pytest

from grade.io.formats.captured_stdout import capture_stdout


def test_own_words_are_caught_and_those_of_others_are_not(
    capsys: pytest.CaptureFixture[str],
) -> None:
    before = sys.stdout
    inside, spoken = threading.Barrier(3), threading.Barrier(3)
    caught: dict[str, str] = {}

    def reader(name: str) -> None:
        with capture_stdout() as words:
            inside.wait(300)
            print("from", name)
            spoken.wait(300)
        caught[name] = "".join(words)

    threads = [threading.Thread(target=reader, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    inside.wait(300)
    print("from outside")
    spoken.wait(300)
    for thread in threads:
        thread.join()
    assert caught == {"a": "from a\n", "b": "from b\n"}
    assert capsys.readouterr().out == "from outside\n"
    assert sys.stdout is before


def test_stdout_comes_back_after_an_error() -> None:
    before = sys.stdout
    with pytest.raises(RuntimeError), capture_stdout():
        raise RuntimeError
    assert sys.stdout is before
