from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from grade.io import RangeError, chunk, format_ranges, parse_chunk, parse_ranges

frames = st.lists(st.integers(-10_000, 10_000), min_size=1, max_size=60)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1001", [1001]),
        ("1001-1004", [1001, 1002, 1003, 1004]),
        ("1001-1008x3", [1001, 1004, 1007]),
        ("1-10:3", [1, 4, 7, 10]),  # a step, as Open Job Description has it; not a stagger
        ("1005-1006,1021-1025:2", [1005, 1006, 1021, 1023, 1025]),
        ("-3--1,0", [-3, -2, -1, 0]),
        ("-1-1", [-1, 0, 1]),
        ("7,5,5-6", [5, 6, 7]),
        ("0001-0002", [1, 2]),
    ],
)
def test_grammar(text: str, expected: list[int]) -> None:
    assert parse_ranges(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " ", ",", "1,", "1001-1100x2 1200", " 1", "1\n", "1-", "-", "--1", "1-2-3", "1-2y3",
        "1-2x", "1-2x-1", "x2", "1x2", "1..5", "1e3", "a", "\u0661", "1-1000000000000", "1-2x2x2",
    ],
)  # fmt: skip
def test_refused(text: str) -> None:
    with pytest.raises(RangeError, match="frames"):
        parse_ranges(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9-1", "runs backwards; write 1-9"),
        ("1-9x0", "step 0"),
        ("1-100000000", "more than 10000000 frames"),
        ("1-1000000000", "1000000000 is too large; numbers have 9 digits at most"),
    ],
)
def test_refused_with_the_reason(text: str, says: str) -> None:
    with pytest.raises(RangeError, match=says) as caught:
        parse_ranges(text)
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ([1001, 1002, 1003, 1007], "1001-1003,1007"),
        ([1, 3, 5, 7], "1-7x2"),
        ([1, 3], "1,3"),
        ([1, 2], "1-2"),
        ([1, 3, 4, 5, 6], "1,3-6"),
        ([-3, -2, -1], "-3--1"),
        ([5, 5], "5"),
        ([], ""),
    ],
)
def test_format(numbers: list[int], text: str) -> None:
    assert format_ranges(numbers) == text


@given(frames)
def test_round_trip(numbers: list[int]) -> None:
    assert parse_ranges(format_ranges(numbers)) == sorted(set(numbers))


@given(st.text(alphabet="0123456789-x:, ", max_size=12))
def test_any_text_is_frames_or_a_typed_error(text: str) -> None:
    with suppress(RangeError):
        assert parse_ranges(text)


@settings(max_examples=50)
@given(frames, st.integers(1, 30))
def test_chunks_partition(numbers: list[int], count: int) -> None:
    shares = [chunk(numbers, number, count) for number in range(1, count + 1)]
    assert [frame for share in shares for frame in share] == numbers
    sizes = {len(share) for share in shares}
    assert max(sizes) - min(sizes) <= 1


def test_chunk_text() -> None:
    assert parse_chunk("3/20") == (3, 20)
    for wrong in ("0/3", "4/3", "3", "3/", "a/b", "-1/3", "1/0", "1 /2"):
        with pytest.raises(RangeError, match="chunk"):
            parse_chunk(wrong)
    with pytest.raises(RangeError):
        chunk([1], 2, 1)
