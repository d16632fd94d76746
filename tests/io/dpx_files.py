"""DPX files that other programs write, and what they read: OpenImageIO as the second opinion."""

import struct

import numpy as np
import OpenImageIO as oiio

METHODS = {"packed": "Packed", "filled A": "Filled, method A", "filled B": "Filled, method B"}


def codes(bits, channels, size=(9, 48), seed=1):
    """Random code values, the ends among them; lines of 48 fill their words in every form."""
    values = np.random.default_rng(seed).integers(0, 1 << bits, (*size, channels))
    values[0, 0], values[-1, -1] = 0, (1 << bits) - 1
    return values


def wide(values, bits):
    """Code values as OpenImageIO takes them: of ten and twelve bits the highest repeated below."""
    if bits == 8:
        return values.astype(np.uint8)
    return ((values << (16 - bits)) | (values >> (2 * bits - 16))).astype(np.uint16)


def write(path, values, bits, method="filled A", endian="big", names=None, **entries):
    """A DPX by OpenImageIO."""
    pixels = wide(values, bits)
    spec = oiio.ImageSpec(*pixels.shape[1::-1], pixels.shape[2], pixels.dtype.name)
    spec.attribute("oiio:BitsPerSample", bits)
    spec.attribute("dpx:Packing", METHODS[method])
    spec.attribute("oiio:Endian", endian)
    if names:
        spec.channelnames = names
    for name, value in entries.items():
        spec.attribute(name, *value) if isinstance(value, tuple) else spec.attribute(name, value)
    out = oiio.ImageOutput.create("dpx")
    assert out.open(str(path), spec) and out.write_image(pixels), out.geterror()
    assert out.close(), out.geterror()


def read(path, bits):
    """The code values of a DPX by OpenImageIO."""
    source = oiio.ImageInput.open(str(path))
    assert source is not None, oiio.geterror()
    pixels = source.read_image("uint8" if bits == 8 else "uint16")
    assert pixels is not None, source.geterror()
    return pixels.astype(int) if bits == 8 else pixels.astype(int) >> (16 - bits)


def codes_of(frame, bits):
    """The code values of a frame of ours, from its planes."""
    top = (1 << bits) - 1
    planes = [frame.planes[name] for name in frame.color]
    full = np.iinfo(planes[0].dtype).max
    return np.stack([(plane.astype(int) * top * 2 + full) // (2 * full) for plane in planes], -1)


def pixels_of(path):
    """The bytes behind the header."""
    data = path.read_bytes()
    order = ">" if data[:4] == b"SDPX" else "<"
    return data[struct.unpack_from(f"{order}I", data, 4)[0] :]


def poke(path, offset, form, *values):
    """Put numbers into a file, in its own order."""
    data = bytearray(path.read_bytes())
    order = ">" if data[:4] == b"SDPX" else "<"
    struct.pack_into(order + form, data, offset, *values)
    path.write_bytes(data)
