"""Small movies with tags, metadata and display matrices, made by PyAV and by patching atoms."""

import struct

import av
import numpy as np

# The matrix of a track header, by the orientation that it comes to as Exif numbers them.
MATRICES = {
    1: (1, 0, 0, 1), 2: (-1, 0, 0, 1), 3: (-1, 0, 0, -1), 4: (1, 0, 0, -1),
    5: (0, 1, 1, 0), 6: (0, 1, -1, 0), 7: (0, -1, -1, 0), 8: (0, -1, 1, 0),
}  # fmt: skip


def movie(path, pixels, metadata=None, points=(2, 2, 2), rate=24, codec="mpeg4", form="yuv420p",
          stream_metadata=None, aspect=None, frames=1):  # fmt: skip
    """A movie of one picture, uint8 RGB, with code points and metadata."""
    with av.open(str(path), "w", options={"movflags": "use_metadata_tags"}) as output:
        output.metadata.update(metadata or {})
        stream = output.add_stream(codec, rate)
        stream.height, stream.width = pixels.shape[:2]
        stream.pix_fmt = form
        stream.metadata.update(stream_metadata or {})
        if aspect is not None:
            stream.sample_aspect_ratio = aspect
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = points
        for number in range(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24")
            frame = frame.reformat(format=form)
            frame.color_primaries, frame.color_trc, frame.colorspace = points
            frame.color_range = 2 if form == "gbrp" else 1
            frame.pts = number
            output.mux(stream.encode(frame))
        output.mux(stream.encode())
    return path


def set_matrix(path, orientation, numbers=None):
    """Write a matrix into the header of the first video track of a MOV or MP4."""
    a, b, c, d = numbers or MATRICES[orientation]
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 4
    start = at + 40 + (12 if data[at] == 1 else 0)
    cells = [a, b, 0, c, d, 0, 0, 0, 1]
    for index, value in enumerate(cells):
        one = 1 << 30 if index % 3 == 2 else 1 << 16
        data[start + 4 * index : start + 4 * index + 4] = struct.pack(">i", round(value * one))
    path.write_bytes(bytes(data))
    return path
