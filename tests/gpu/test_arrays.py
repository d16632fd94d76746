"""Arrays that lie on a device through ``look.apply``: no copy, no waiting, the bits of the CPU."""

import numpy as np
import pytest

import grade
from grade.graph import Look, PixelsError

pytestmark = pytest.mark.gpu
RNG = np.random.default_rng(13)
FLOATS = RNG.random((65, 97, 4)).astype(np.float32)


@pytest.fixture(scope="module")
def cupy():
    return pytest.importorskip("cupy")


def trim():
    look = Look("x")
    look.outputs["m"] = look.source >> grade.CDL(slope=0.5, power=1.1, offset=(0.1, 0.2, 0.3))
    return look


def windowed():
    look = Look("windowed")
    fog = grade.PlateFile("fog.####.exr", name="fog")
    lamps = grade.MatteFile("lamps.####.exr", channel="A", name="lamps")
    mixed = grade.mix(look.source, grade.graph.Picture(fog), matte=lamps)
    spot = grade.Ellipse(center=(0.1, 0.0), size=(0.5, 0.7), soft=0.2)
    look.outputs["m"] = mixed >> grade.Offset(0.25, matte=spot)
    return look


LAMPS = RNG.random(FLOATS.shape[:2]).astype(np.float16)
FOG = RNG.random((*FLOATS.shape[:2], 3)).astype(np.float32)


@pytest.mark.parametrize("channels", [3, 4])
@pytest.mark.parametrize("dtype", ["float32", "float16", "uint16", "uint8"])
def test_the_bits_of_the_cpu_in_its_own_type(cupy, dtype, channels):
    scale = np.iinfo(dtype).max if dtype.startswith("u") else 1
    for host in (FLOATS, np.stack([FLOATS, FLOATS[::-1]])):
        pixels = (host[..., :channels] * scale).astype(dtype)
        there = cupy.asarray(pixels)
        got = trim().apply(there)
        assert isinstance(got, cupy.ndarray) and got.dtype == pixels.dtype
        assert got.get().tobytes() == trim().apply(pixels).tobytes()
        assert there.get().tobytes() == pixels.tobytes()


def test_nothing_is_copied(cupy):
    look, source, out = trim(), cupy.asarray(FLOATS), cupy.zeros(FLOATS.shape, cupy.float32)
    look.apply(source, out=out)
    cupy.cuda.get_current_stream().synchronize()
    pool, pinned = cupy.get_default_memory_pool(), cupy.get_default_pinned_memory_pool()
    address, used, free = out.data.ptr, pool.used_bytes(), pinned.n_free_blocks()
    assert look.apply(source, out=out) is out and out.data.ptr == address
    assert (pool.used_bytes(), pinned.n_free_blocks()) == (used, free)
    assert out.get().tobytes() == trim().apply(FLOATS).tobytes()
    assert look.apply(source, out=source) is source
    assert source.get().tobytes() == out.get().tobytes()


def test_the_host_waits_for_nothing(cupy):
    """A stream that is busy for long has not come to the picture when apply returns."""
    look, source = trim(), cupy.asarray(FLOATS)
    look.apply(source)
    heavy = cupy.ones((4096, 4096), cupy.float32)
    stream = cupy.cuda.Stream(non_blocking=True)
    cupy.cuda.get_current_stream().synchronize()
    with stream:
        heavy @ heavy  # loads what it needs
        stream.synchronize()
        for _ in range(40):
            heavy = heavy @ heavy * np.float32(1e-4)
        got = look.apply(source)
        assert not stream.done, "apply waited for the stream"
    stream.synchronize()
    assert got.get().tobytes() == trim().apply(FLOATS).tobytes()


def test_the_order_of_the_current_stream_is_kept(cupy):
    look, stream = trim(), cupy.cuda.Stream(non_blocking=True)
    wanted = trim().apply(FLOATS)
    with stream:
        for _ in range(50):
            source = cupy.full(FLOATS.shape, 9, cupy.float32)
            source[...] = cupy.asarray(FLOATS)
            got = look.apply(source)
            source.fill(7)
            assert got.get(stream=stream).tobytes() == wanted.tobytes()


@pytest.mark.parametrize(
    "view",
    [np.s_[::2], np.s_[:, ::2], np.s_[::-1], np.s_[..., :3], np.s_[3:40, 5:50], np.s_[:0]],
)
def test_views_are_read_as_they_look(cupy, view):
    got = trim().apply(cupy.asarray(FLOATS)[view])
    assert got.get().tobytes() == trim().apply(FLOATS[view]).tobytes()


def test_inputs_windows_and_crops(cupy):
    look, crop = windowed(), (slice(8, 40), slice(5, 60))
    whole = look.apply(FLOATS, inputs={"lamps": LAMPS, "fog": FOG})
    place = {"region": (5, 8), "full": (97, 65)}
    inputs = {"lamps": cupy.asarray(LAMPS)[crop], "fog": cupy.asarray(FOG)[crop]}
    got = look.apply(cupy.asarray(FLOATS)[crop], inputs=inputs, **place)
    assert got.get().tobytes() == whole[crop].tobytes()


def test_the_host_and_the_device_are_not_mixed(cupy):
    there = cupy.asarray(FLOATS)
    with pytest.raises(PixelsError, match="out lies on cpu and the array on cuda:"):
        trim().apply(there, out=FLOATS.copy())
    with pytest.raises(PixelsError, match="device = 'cpu': the array lies on cuda:"):
        trim().apply(there, device="cpu")
    inputs = {"lamps": LAMPS, "fog": cupy.asarray(FOG)}
    with pytest.raises(PixelsError, match="inputs: lamps lies on cpu and the plate on cuda:"):
        windowed().apply(there, inputs=inputs)
    assert trim().apply(FLOATS, device="cuda").tobytes() == trim().apply(FLOATS).tobytes()


def test_an_array_of_the_second_device_is_graded_there(cupy):
    if cupy.cuda.runtime.getDeviceCount() < 2:
        pytest.skip("there is one CUDA device")
    with cupy.cuda.Device(1):
        there = cupy.asarray(FLOATS)
    got = trim().apply(there)
    assert got.device.id == 1
    with cupy.cuda.Device(1):
        assert got.get().tobytes() == trim().apply(FLOATS).tobytes()


def test_tensors_share_their_memory_and_order_their_streams(cupy):
    torch = pytest.importorskip("torch")
    if not torch.cuda.is_available():
        pytest.skip("PyTorch has no CUDA here")
    look, wanted = trim(), trim().apply(FLOATS)
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(50):
            tensor = torch.from_numpy(FLOATS).cuda(non_blocking=True)
            got = look.apply(tensor)
            assert isinstance(got, torch.Tensor) and got.device == tensor.device
            tensor.fill_(7)
            assert got.cpu().numpy().tobytes() == wanted.tobytes()
            out = torch.zeros_like(got)
            address = out.data_ptr()
            assert look.apply(got, out=out) is out and out.data_ptr() == address
    with pytest.raises(PixelsError, match="array of bfloat16"):
        look.apply(tensor.to(torch.bfloat16))
