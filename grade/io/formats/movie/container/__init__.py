"""The containers of movies: which there are, and the bytes of them that FFmpeg does not see to."""
