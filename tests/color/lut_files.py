"""A file of every format, small: written by OpenColorIO's own writers where it has one."""

import struct
import zlib

import numpy as np
import PyOpenColorIO as ocio

EDGE = 5
ROWS = [(r / 4, g / 4, b / 4) for b in range(EDGE) for g in range(EDGE) for r in range(EDGE)]


def film(r, g, b):
    return min(1.0, 0.9 * r**0.8 + 0.1 * g * b), 0.02 + 0.9 * g, b**1.5


def lines(rows, scale=1.0):
    return "\n".join(" ".join(f"{v * scale:.6f}" for v in row) for row in rows)


BLUE_FAST = [(r / 4, g / 4, b / 4) for r in range(EDGE) for g in range(EDGE) for b in range(EDGE)]
FILM = [film(*row) for row in ROWS]
FILM_BLUE_FAST = [film(*row) for row in BLUE_FAST]
CURVE = [(i / 8) ** 0.45 for i in range(9)]


def baked(writer, shaper=0):
    """A LUT that OpenColorIO's baker writes."""
    config = ocio.Config.CreateRaw()
    space = ocio.ColorSpace(name="film")
    cdl = ocio.CDLTransform()
    cdl.setSlope([1.1, 0.9, 0.8])
    cdl.setPower([1.3, 0.8, 1.0])
    cdl.setSat(0.8)
    cdl.setStyle(ocio.CDL_ASC)
    space.setTransform(cdl, ocio.COLORSPACE_DIR_FROM_REFERENCE)
    config.addColorSpace(space)
    config.addColorSpace(ocio.ColorSpace(name="plate"))
    log = ocio.ColorSpace(name="log")
    log.setAllocation(ocio.ALLOCATION_UNIFORM)
    log.setTransform(
        ocio.ExponentTransform([2.0, 2.0, 2.0, 1.0], direction=ocio.TRANSFORM_DIR_INVERSE),
        ocio.COLORSPACE_DIR_FROM_REFERENCE,
    )
    config.addColorSpace(log)
    baker = ocio.Baker()
    baker.setConfig(config)
    baker.setFormat(writer)
    baker.setInputSpace("plate")
    baker.setTargetSpace("film")
    if shaper:
        baker.setShaperSpace("log")
        baker.setShaperSize(shaper)
    baker.setCubeSize(EDGE)
    return baker.bake().encode()


def process_list(body, version='version="1.7"'):
    return f'<?xml version="1.0"?>\n<ProcessList id="a" {version}>\n{body}\n</ProcessList>\n'


def clf(body):
    return process_list(body, 'compCLFversion="3"')


def correction(name, slope):
    return (
        f'<ColorCorrection id="{name}">\n<SOPNode><Slope>{slope} 1 0.9</Slope>'
        "<Offset>0.01 0 0</Offset><Power>1 1.1 1</Power></SOPNode>\n"
        "<SatNode><Saturation>0.9</Saturation></SatNode>\n</ColorCorrection>"
    )


def profile(curve):
    """An ICC profile of a display: three colorants and one curve."""

    def fixed(value):
        return struct.pack(">i", round(value * 65536))

    def xyz(*values):
        return b"XYZ \0\0\0\0" + b"".join(map(fixed, values))

    columns = [(0.4361, 0.2225, 0.0139), (0.3851, 0.7169, 0.0971), (0.1431, 0.0606, 0.7141)]
    tags = [(b"desc", b"desc" + b"\0" * 4 + struct.pack(">I", 2) + b"a\0" + b"\0" * 78)]
    tags += [(name, xyz(*c)) for name, c in zip((b"rXYZ", b"gXYZ", b"bXYZ"), columns, strict=True)]
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    place, table, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags:
        data += b"\0" * (-len(data) % 4)
        table += struct.pack(">4sII", name, place + len(body), len(data))
        body += data
    size = place + len(body)
    header = struct.pack(">I4sI4s4s4s", size, b"none", 0x02400000, b"mntr", b"RGB ", b"XYZ ")
    header += struct.pack(">6H", 2020, 1, 1, 0, 0, 0) + b"acsp" + b"\0" * 28
    header += fixed(0.9642) + fixed(1.0) + fixed(0.8249)
    return header.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body


GAMMA = b"curv" + b"\0" * 4 + struct.pack(">IHH", 1, round(2.2 * 256), 0)
SAMPLED = b"curv" + b"\0" * 4 + struct.pack(">I", 9) + b"".join(
    struct.pack(">H", round(65535 * (i / 8) ** 2.2)) for i in range(9)
)  # fmt: skip


def png(pixels, filters=(0,), alpha=False):
    """A PNG file of uint8 or uint16 pixels, its rows filtered in turn as asked."""
    if alpha:
        pixels = np.concatenate([pixels, np.full_like(pixels[..., :1], 7)], axis=-1)
    bits = pixels.dtype.itemsize * 8
    height, width, channels = pixels.shape
    raw = pixels.astype(pixels.dtype.newbyteorder(">")).tobytes()
    step, stride = channels * bits // 8, width * channels * bits // 8
    rows = [np.frombuffer(raw, np.uint8, stride, y * stride).astype(int) for y in range(height)]
    out, above = b"", np.zeros(stride, int)
    for y, row in enumerate(rows):
        way = filters[y % len(filters)]
        left = np.concatenate([np.zeros(step, int), row[:-step]])
        corner = np.concatenate([np.zeros(step, int), above[:-step]])
        guess = left + above - corner
        near = np.abs([guess - left, guess - above, guess - corner])
        paeth = np.where(
            (near[0] <= near[1]) & (near[0] <= near[2]),
            left,
            np.where(near[1] <= near[2], above, corner),
        )
        taken = [0 * row, left, above, (left + above) // 2, paeth][way]
        out += bytes([way]) + ((row - taken) % 256).astype(np.uint8).tobytes()
        above = row

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    header = struct.pack(">IIBBBBB", width, height, bits, 6 if alpha else 2, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"gAMA", struct.pack(">I", 45455))]
    parts += [chunk(b"IDAT", zlib.compress(out)), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def hald(level, function=film, kind=np.uint8, **how):
    n = level * level
    top = np.iinfo(kind).max
    axis = np.arange(n) / (n - 1)
    cube = [function(r, g, b) for b in axis for g in axis for r in axis]
    side = level**3
    pixels = np.rint(np.array(cube).reshape(side, side, 3) * top).astype(kind)
    return png(pixels, **how)


def corpus():
    """Name to content: what every reader must take."""
    texts = {
        "iridas.cube": f'TITLE "film"\nLUT_3D_SIZE 5\nDOMAIN_MIN 0 0 0\n{lines(FILM)}\n',
        "iridas_1d.cube": "LUT_1D_SIZE 9\n" + lines([(c, c * 0.9, c) for c in CURVE]) + "\n",
        "resolve.cube": f"LUT_3D_SIZE 5\nLUT_3D_INPUT_RANGE 0.0 2.0\n{lines(FILM)}\n",
        "resolve_title.cube": (
            f'TITLE "Film"\r\nLUT_3D_SIZE 5\r\nLUT_3D_INPUT_RANGE 0.0 1.0\r\n{lines(FILM)}\r\n'
        ),
        "resolve_shaper_title.cube": (
            'TITLE "both"\nLUT_1D_SIZE 9\nLUT_1D_INPUT_RANGE 0.0 1.0\nLUT_3D_SIZE 5\n'
            "LUT_3D_INPUT_RANGE 0.0 1.0\n"
            + lines([(c, c, c) for c in CURVE]) + f"\n{lines(FILM)}\n"
        ),
        "marked.cube": f"\ufeffLUT_3D_SIZE 5\n{lines(FILM)}\n",
        "film.itx": f"LUT_3D_SIZE 5\n\n{lines(FILM)}\n",
        "flame.3dl": "0 256 512 768 1023\n" + "\n".join(
            " ".join(str(round(v * 4095)) for v in row) for row in FILM_BLUE_FAST
        ) + "\n",
        "film.spi3d": "SPILUT 1.0\n3 3\n5 5 5\n" + "\n".join(
            f"{round(r * 4)} {round(g * 4)} {round(b * 4)} {lines([film(r, g, b)])}"
            for r, g, b in BLUE_FAST
        ) + "\n",
        "curve.spi1d": "Version 1\nFrom -0.1 1.2\nLength 9\nComponents 1\n{\n"
        + "\n".join(f"{c:.6f}" for c in CURVE) + "\n}\n",
        "curves.spi1d": "Version 1\nFrom 0.0 1.0\nLength 9\nComponents 3\n{\n"
        + lines([(c, c * c, 1 - c) for c in CURVE]) + "\n}\n",
        "camera.spimtx": "0.7 0.2 0.1 0\n0.05 0.9 0.05 655.35\n-0.01 0.02 1.1 0\n",
        "film.vf": "#Inventor V2.1 ascii\ngrid_size 5 5 5\n"
        f"global_transform 1 0 0 0  0 1 0 0  0 0 1 0  0 0 0 1\ndata\n{lines(FILM_BLUE_FAST)}\n",
        "film.m3d": "channel 3d\nin 125\nout 1024\nformat lut\nvalues red green blue\n"
        + "\n".join(
            f"{i} " + " ".join(str(round(v * 1023)) for v in row)
            for i, row in enumerate(FILM_BLUE_FAST)
        ) + "\n",
        "discreet.lut": "LUT: 3 256\n\n" + "\n".join(
            str(round(255 * (i / 255) ** p)) for p in (0.5, 1.0, 1.5) for i in range(256)
        ) + "\n",
        "film.look": '<?xml version="1.0"?>\n<look>\n<shaders></shaders>\n<LUT>\n'
        f'<size>"{EDGE}"</size>\n<data>"'
        + "".join(struct.pack("<f", v).hex().upper() for row in FILM for v in row)
        + '"</data>\n</LUT>\n</look>\n',
        "shot.cc": correction("sh010", 1.1) + "\n",
        "reel.ccc": '<ColorCorrectionCollection xmlns="urn:ASC:CDL:v1.2">\n'
        + correction("sh010", 1.1) + "\n" + correction("sh020", 0.8)
        + "\n</ColorCorrectionCollection>\n",
        "reel.cdl": '<ColorDecisionList xmlns="urn:ASC:CDL:v1.2">\n<ColorDecision>\n'
        + correction("sh010", 1.2) + "\n</ColorDecision>\n</ColorDecisionList>\n",
        "film.clf": clf(
            '<Matrix inBitDepth="32f" outBitDepth="32f"><Array dim="3 3">'
            "0.7 0.2 0.1 0.1 0.8 0.1 0 0.1 0.9</Array></Matrix>\n"
            '<Range inBitDepth="32f" outBitDepth="32f"><minInValue>0</minInValue>'
            "<minOutValue>0</minOutValue></Range>\n"
            '<Log inBitDepth="32f" outBitDepth="32f" style="log10"></Log>\n'
            '<Exponent inBitDepth="32f" outBitDepth="32f" style="basicMirrorFwd">'
            '<ExponentParams exponent="1.2"/></Exponent>\n'
            '<LUT3D inBitDepth="32f" outBitDepth="32f" interpolation="tetrahedral">'
            f'<Array dim="5 5 5 3">\n{lines(FILM_BLUE_FAST)}\n</Array></LUT3D>'
        ),
        "halves.clf": clf(
            '<LUT1D inBitDepth="32f" outBitDepth="32f" halfDomain="true"><Array dim="65536 1">\n'
            + "\n".join(map(str, np.nan_to_num(half_curve()))) + "\n</Array></LUT1D>"
        ),
        "hue.ctf": process_list(
            '<LUT1D inBitDepth="32f" outBitDepth="32f" hueAdjust="dw3"><Array dim="9 3">\n'
            + lines([(c, c * c, c) for c in CURVE]) + "\n</Array></LUT1D>"
        ),
        "backward.ctf": process_list(
            '<InverseLUT1D inBitDepth="32f" outBitDepth="32f"><Array dim="9 1">\n'
            + "\n".join(map(str, CURVE)) + "\n</Array></InverseLUT1D>"
        ),
    }  # fmt: skip
    found = {name: text.encode() for name, text in texts.items()}
    for writer, name, shaper in (
        ("flame", "baked_flame.3dl", 0), ("lustre", "baked_lustre.3dl", 0),
        ("cinespace", "baked.csp", 0), ("cinespace", "baked_shaper.csp", 9),
        ("houdini", "baked.lut", 0), ("iridas_cube", "baked_iridas.cube", 0),
        ("iridas_itx", "baked.itx", 0), ("resolve_cube", "baked_resolve.cube", 0),
        ("resolve_cube", "baked_shaper.cube", 9), ("spi3d", "baked.spi3d", 0),
        ("truelight", "baked.cub", 0), ("Color Transform Format", "baked.ctf", 0),
        ("Academy/ASC Common LUT Format", "baked.clf", 0),
    ):  # fmt: skip
        found[name] = baked(writer, shaper)
    found |= {"gamma.icc": profile(GAMMA), "sampled.icm": profile(SAMPLED)}
    return found


def half_curve():
    with np.errstate(all="ignore"):
        x = np.arange(65536, dtype=np.uint16).view(np.float16).astype(np.float64)
        return np.float32(np.sign(x) * np.minimum(np.abs(x), 6e4) ** 0.8)
