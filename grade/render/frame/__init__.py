"""One frame: graded, counted, marked and delivered."""
