"""What a show says of plates without a tag: one line for all shots of which the same is true."""

from types import SimpleNamespace

from grade.render.messages import plate_lines


def test_the_same_is_said_once():
    notes = {"sh010": "taken as A", "sh020": None, "sh030": "taken as A", "sh040": "taken as B"}
    plans = {shot: SimpleNamespace(plate_note=note) for shot, note in notes.items()}
    assert plate_lines(plans) == [
        "plate of sh010 and of 1 more shot: taken as A",
        "plate of sh040: taken as B",
    ]
    assert plate_lines({"sh020": plans["sh020"]}) == []
