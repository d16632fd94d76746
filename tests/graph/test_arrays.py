"""Arrays of other libraries: by DLPack on the host, and where they lie on a device.

The device and its libraries are stand-ins; tests/gpu/ has what only a device can tell.
"""

import shutil
import sys
import types
from importlib.util import find_spec

import numpy as np
import pytest

import grade
from grade.graph import Look, PixelsError
from grade.graph.running import kernels
from grade.ir.storage import Layout
from grade.run import _executor
from grade.run.nvrtc import CudaMissing

from ..run.stand_in import Array, Cupy, Tensor, lender

RNG = np.random.default_rng(12)
FLOATS = RNG.random((5, 7, 4)).astype(np.float32)


def trim():
    look = Look("x")
    look.outputs["m"] = look.source >> grade.CDL(slope=0.5, offset=(0.1, 0.2, 0.3))
    return look


def busy():
    """A second plate, a matte from a file, the plate's own alpha, and a window."""
    look = Look("busy")
    lamps = grade.MatteFile("lamps.####.exr", channel="A", name="lamps")
    own = grade.MatteFile(channel="A", name="own")
    fog = grade.PlateFile("fog.####.exr", name="fog")
    mixed = grade.mix(look.source, look.source >> grade.CDL(slope=2.0), matte=own, name="a")
    mixed = grade.mix(mixed, grade.graph.Picture(fog), matte=lamps, name="b")
    spot = grade.Ellipse(center=(0.1, 0.0), size=(0.5, 0.7), soft=0.2)
    look.outputs["m"] = mixed >> grade.Offset(0.25, matte=spot)
    return look


LAMPS = RNG.random((5, 7)).astype(np.float16)
FOG = RNG.random((5, 7, 3)).astype(np.float32)


# --- on the host ----------------------------------------------------------------------------------


class Lent:
    """An array of a library that has DLPack, of before or since it says what may be written."""

    def __init__(self, array, since=True, device=(1, 0)):
        self.array, self.since, self.device = array, since, device
        self.dtype = f"lent.{array.dtype.name}"

    def __dlpack_device__(self):
        return self.device

    def __dlpack__(self, **asked):
        if not self.since and asked.keys() - {"stream"}:
            raise TypeError("unexpected keyword argument")
        return self.array.__dlpack__(**asked)


class Kept(Lent):
    """One that NumPy may see as well."""

    def __array__(self, dtype=None, copy=None):
        return self.array


class Namespaced(Lent):
    """One of a library that follows the array API standard."""

    def __array_namespace__(self):
        return types.SimpleNamespace(from_dlpack=lambda array: Namespaced(np.from_dlpack(array)))


@pytest.mark.parametrize("dtype", ["float32", "float16", "uint16", "uint8"])
def test_a_lent_array_is_graded_as_the_array_it_is(dtype):
    scale = 1 if dtype.startswith("f") else np.iinfo(dtype).max
    for array in ((FLOATS * scale).astype(dtype), (FLOATS[None, ..., :3] * scale).astype(dtype)):
        got = trim().apply(Lent(array))
        assert type(got) is np.ndarray  # its library has no from_dlpack
        assert got.tobytes() == trim().apply(array).tobytes()


def test_the_result_is_of_the_library(monkeypatch):
    got = trim().apply(Namespaced(FLOATS))
    assert type(got) is Namespaced
    assert got.array.tobytes() == trim().apply(FLOATS).tobytes()
    module = types.SimpleNamespace(from_dlpack=lambda array: Lent(np.from_dlpack(array)))
    monkeypatch.setitem(sys.modules, "library", module)
    monkeypatch.setattr(Lent, "__module__", "library.inner")
    got = trim().apply(Lent(FLOATS))
    assert type(got) is Lent and got.array.tobytes() == trim().apply(FLOATS).tobytes()


@pytest.mark.parametrize("since", [True, False])
def test_out_of_another_library_takes_the_result(since):
    wanted = trim().apply(FLOATS)
    out = Kept(np.zeros_like(FLOATS), since)
    assert trim().apply(FLOATS, out=out) is out
    assert out.array.tobytes() == wanted.tobytes()
    store = FLOATS.copy()
    same = Kept(store, since)
    assert trim().apply(same, out=Kept(store, since)).array is store
    assert store.tobytes() == wanted.tobytes()


def test_what_a_library_does_not_let_be_written_is_refused():
    locked = FLOATS.copy()
    locked.flags.writeable = False
    for out, message in (
        (Kept(locked), "out is read-only"),
        (Kept(locked, since=False), r"out: .*Kept gives no array by DLPack"),
        (Lent(FLOATS.copy(), since=False), "out is read-only"),
    ):
        with pytest.raises(PixelsError, match=message):
            trim().apply(FLOATS, out=out)


def typed(name):
    lent = Lent(FLOATS)
    lent.dtype = f"library.{name}"
    return lent


class Tracked(Lent):
    def __dlpack__(self, **asked):
        raise BufferError("Can't export tensors that require gradient, use tensor.detach()")


@pytest.mark.parametrize(
    ("pixels", "message"),
    [
        (typed("bfloat16"), "array of bfloat16: takes float32, .*; convert it, as in float32"),
        (typed("float64"), "array of float64"),
        (typed("int64"), "array of int64: .*or, for integers, uint16"),
        (Lent(FLOATS.astype(np.float64)), "array of float64"),
        (Tracked(FLOATS), r"array: .*Tracked gives no array by DLPack: .*use tensor\.detach\(\)"),
        (Lent(FLOATS, device=(10, 0)), "lies on a device of DLPack's kind 10"),
        (Lent(FLOATS[0]), r"array \(7, 4\) of float32: apply takes"),
    ],
)
def test_what_is_no_picture_is_refused_by_name(pixels, message):
    with pytest.raises(PixelsError, match=message):
        trim().apply(pixels)


def test_an_array_on_a_device_needs_cupy(monkeypatch):
    monkeypatch.setitem(sys.modules, "cupy", None)
    _executor.cache_clear()
    with pytest.raises(CudaMissing, match="pip install 'grade-toolkit"):
        trim().apply(Lent(FLOATS, device=(2, 0)))


def test_real_tensors():
    torch = pytest.importorskip("torch")
    tensor = torch.from_numpy(FLOATS.copy())
    got = trim().apply(tensor)
    assert isinstance(got, torch.Tensor)
    assert got.numpy().tobytes() == trim().apply(FLOATS).tobytes()
    assert trim().apply(tensor, out=tensor) is tensor
    assert tensor.numpy().tobytes() == got.numpy().tobytes()
    with pytest.raises(PixelsError, match="array of bfloat16"):
        trim().apply(tensor.to(torch.bfloat16))
    with pytest.raises(PixelsError, match="detach"):
        trim().apply(tensor.clone().requires_grad_())


# --- other inputs, crops --------------------------------------------------------------------------


def beside(**changes):
    return {"lamps": LAMPS, "fog": FOG} | changes


def test_inputs_are_read_however_they_lie():
    wanted = busy().apply(FLOATS, inputs=beside())
    for inputs in (
        beside(lamps=np.repeat(LAMPS, 2, 1)[:, ::2], fog=np.repeat(FOG, 2, 1)[:, ::2]),
        beside(lamps=LAMPS[..., None], fog=FOG[::-1].copy()[::-1]),
        beside(lamps=Lent(LAMPS), fog=Lent(FOG)),
        beside(fog=np.concatenate([FOG, FOG], axis=-1)[..., 3:]),
        beside(fog=np.concatenate([FOG, FOG], axis=1)[:, :7]),
    ):
        assert busy().apply(FLOATS, inputs=inputs).tobytes() == wanted.tobytes()


def test_inputs_of_a_batch_are_those_of_its_pictures():
    batch, lamps, fog = (np.stack([a, a[::-1]]) for a in (FLOATS, LAMPS, FOG))
    got = busy().apply(batch, inputs={"lamps": lamps, "fog": fog})
    for one, plate, matte, other in zip(got, batch, lamps, fog, strict=True):
        alone = busy().apply(plate, inputs={"lamps": matte, "fog": other})
        assert one.tobytes() == alone.tobytes()


@pytest.mark.parametrize("shift", [0, 1])
def test_out_may_be_an_input(shift):
    store = RNG.random((6, 7, 3)).astype(np.float32)
    fog, out = store[:5], store[shift : shift + 5]
    inputs = {"lamps": LAMPS, "own": LAMPS}
    wanted = busy().apply(FLOATS[..., :3], inputs={"fog": fog.copy(), **inputs})
    busy().apply(FLOATS[..., :3], inputs={"fog": fog, **inputs}, out=out)
    assert out.tobytes() == wanted.tobytes()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lamps": None}, "the look takes lamps beside the plate"),
        ({"lamps": LAMPS.tolist()}, "inputs: lamps is list: takes an array"),
        ({"lamps": LAMPS[1:]}, r"inputs: lamps is \(4, 7\); the plate needs \(5, 7\)"),
        ({"fog": FOG.astype(np.float64)}, "inputs: fog of float64: takes"),
        ({"fog": typed("bfloat16")}, "inputs: fog of bfloat16: takes"),
        ({"fogg": FOG}, "the look takes no 'fogg'. Did you mean fog"),
    ],
)
def test_inputs_are_refused_by_name(changes, message):
    with pytest.raises(PixelsError, match=message):
        busy().apply(FLOATS, inputs=beside(**changes))


def test_a_crop_gets_the_pixels_of_the_whole():
    crop = (slice(1, 4), slice(2, 7))
    for aspect in (None, 2.0):
        whole = busy().apply(FLOATS, inputs=beside(), pixel_aspect=aspect)
        inputs = beside(lamps=LAMPS[crop], fog=FOG[crop])
        place = {"region": (2, 1), "full": (7, 5), "pixel_aspect": aspect}
        part = busy().apply(FLOATS[crop], inputs=inputs, **place)
        assert part.tobytes() == whole[crop].tobytes()
    square = busy().apply(FLOATS, inputs=beside())
    assert not np.array_equal(square, whole)


# --- on a device ----------------------------------------------------------------------------------

needs_twin = pytest.mark.skipif(not shutil.which("g++"), reason="the twin needs g++")
needs_nvrtc = pytest.mark.skipif(find_spec("cuda") is None, reason="NVRTC is not installed")
F32, HALF = Layout(4, "f32"), Layout(3, "f16")


@pytest.fixture(scope="module")
def launches():
    inputs = {
        "lamps": Layout(1, "f16", planar=True),
        "fog": Layout(3, "f32"),
        "own": Layout(1, "f32", planar=True),
    }
    look = busy()
    given = {name: inputs[name] for name in look.inputs()}
    return Cupy(
        [
            trim().program(F32, F32),
            trim().program(HALF, HALF),
            trim().program(F32, Layout(4, "f16")),
            look.program(F32, F32, inputs=given),
        ]
    ).launches


@pytest.fixture
def cupy(monkeypatch, launches):
    module = Cupy([], devices=2)
    module.launches = launches
    monkeypatch.setitem(sys.modules, "cupy", module)
    _executor.cache_clear()
    kernels.forget()
    yield module
    _executor.cache_clear()
    kernels.forget()


def there(cupy, array, number=0):
    return Array(cupy, array.copy(), number)


def on_host(cupy, array):
    cupy.current.synchronize()
    return array.host


@needs_twin
@needs_nvrtc
class TestDevice:
    """What holds of arrays that lie on a device."""

    def test_an_array_is_graded_where_it_lies(self, cupy):
        for number in (0, 1):
            got = trim().apply(there(cupy, FLOATS, number))
            assert type(got) is Array and got.device == number == cupy.launched[-1]
            assert cupy.current.queue and not cupy.pinned, "nothing waits, nothing is moved"
            assert on_host(cupy, got).tobytes() == trim().apply(FLOATS).tobytes()

    def test_out_is_written_where_it_lies(self, cupy):
        source, out = there(cupy, FLOATS), there(cupy, np.zeros(FLOATS.shape, np.float16))
        arrays = len(cupy.alive)
        assert trim().apply(source, out=out) is out
        assert len(cupy.alive) == arrays, "no array was made"
        wanted = trim().apply(FLOATS, out=np.zeros(FLOATS.shape, np.float16))
        assert on_host(cupy, out).tobytes() == wanted.tobytes()
        assert trim().apply(source, out=source) is source and len(cupy.alive) == arrays
        assert on_host(cupy, source).tobytes() == trim().apply(FLOATS).tobytes()

    def test_the_current_stream_is_used(self, cupy):
        stream = cupy.cuda.Stream(non_blocking=True)
        with stream:
            got = trim().apply(there(cupy, FLOATS))
        assert stream.queue and not cupy.null.queue and not stream.waited
        stream.synchronize()
        assert got.host.tobytes() == trim().apply(FLOATS).tobytes()

    @pytest.mark.parametrize("view", [np.s_[:, ::-1], np.s_[::-1], np.s_[:, :3], np.s_[::2]])
    def test_views_are_read_as_they_look(self, cupy, view):
        got = trim().apply(there(cupy, FLOATS)[view])
        assert on_host(cupy, got).tobytes() == trim().apply(FLOATS[view]).tobytes()

    @pytest.mark.parametrize("shift", [0, 1, -1])
    def test_out_may_overlap_or_be_strided(self, cupy, shift):
        store = RNG.random((9, 14, 4)).astype(np.float32)
        host, device = store.copy(), there(cupy, store)
        rows, moved = np.s_[1:8, ::2], np.s_[1 + shift : 8 + shift, ::2]
        trim().apply(host[rows], out=host[moved])
        trim().apply(device[rows], out=device[moved])
        assert on_host(cupy, device).tobytes() == host.tobytes()

    def test_a_batch_is_one_launch_where_pixels_do_not_know_where_they_are(self, cupy):
        batch = RNG.random((3, 4, 6, 3)).astype(np.float16)
        got = trim().apply(there(cupy, batch))
        assert len(cupy.launched) == 1
        assert on_host(cupy, got).tobytes() == trim().apply(batch).tobytes()

    def test_inputs_lie_beside_the_plate(self, cupy):
        inputs = {"lamps": there(cupy, LAMPS, 1), "fog": there(cupy, FOG, 1)}
        plate = there(cupy, FLOATS, 1)
        got = busy().apply(plate, inputs=inputs, region=(1, 2), full=(20, 9))
        wanted = busy().apply(FLOATS, inputs=beside(), region=(1, 2), full=(20, 9))
        assert on_host(cupy, got).tobytes() == wanted.tobytes() and not cupy.pinned
        for wrong, message in (
            (inputs | {"fog": FOG}, "inputs: fog lies on cpu and the plate on cuda:1"),
            (inputs | {"fog": there(cupy, FOG)}, "inputs: fog lies on cuda:0 and the plate"),
        ):
            with pytest.raises(PixelsError, match=message):
                busy().apply(plate, inputs=wrong)

    def test_an_array_of_the_host_goes_there_and_back(self, cupy):
        got = trim().apply(FLOATS, device="cuda")
        assert type(got) is np.ndarray and cupy.pinned and cupy.launched == [0]
        assert got.tobytes() == trim().apply(FLOATS).tobytes()
        got = busy().apply(Namespaced(FLOATS), inputs=beside(), device="cuda:1")
        assert type(got) is Namespaced and set(cupy.launched[1:]) == {1}
        assert got.array.tobytes() == busy().apply(FLOATS, inputs=beside()).tobytes()

    @pytest.mark.parametrize("device", [None, "cuda", "cuda:1", "auto"])
    def test_what_is_asked_of_an_array_on_a_device(self, cupy, device):
        assert trim().apply(there(cupy, FLOATS, 1), device=device).device == 1

    @pytest.mark.parametrize("device", ["cpu", "cuda:0", "reference", "twin"])
    def test_an_array_on_a_device_is_never_moved(self, cupy, device):
        with pytest.raises(PixelsError, match=f"device = '{device}': the array lies on cuda:1"):
            trim().apply(there(cupy, FLOATS, 1), device=device)

    def test_out_lies_beside_the_array(self, cupy):
        for pixels, out, message in (
            (there(cupy, FLOATS), FLOATS.copy(), "out lies on cpu and the array on cuda:0"),
            (FLOATS, there(cupy, FLOATS), "out lies on cuda:0 and the array on cpu"),
            (there(cupy, FLOATS), there(cupy, FLOATS, 1), "out lies on cuda:1"),
        ):
            with pytest.raises(PixelsError, match=message):
                trim().apply(pixels, out=out)

    def test_a_type_that_is_not_taken_is_refused_by_name(self, cupy):
        with pytest.raises(PixelsError, match="array of float64"):
            trim().apply(there(cupy, FLOATS.astype(np.float64)))
        with pytest.raises(PixelsError, match="array of bfloat16"):
            trim().apply(Tensor(None, there(cupy, FLOATS), "bfloat16"))


@needs_twin
@needs_nvrtc
class TestLender:
    """What holds of arrays on a device that another library lends, with a stream of its own."""

    @pytest.fixture
    def library(self, cupy, monkeypatch):
        module = lender(cupy)
        monkeypatch.setitem(sys.modules, "lender", module)
        return module

    def late(self, cupy, library, array, number=0):
        """A tensor that is filled on its library's stream when that is waited for."""
        made = Array(cupy, np.full_like(array, 0.75), number)
        library.stream.queue.append(lambda: np.copyto(made.host, array))
        return Tensor(library.stream, made)

    def test_streams_wait_for_one_another_and_the_host_for_none(self, cupy, library):
        got = trim().apply(self.late(cupy, library, FLOATS, 1))
        assert type(got) is Tensor and got.array.device == 1 and not cupy.pinned
        assert cupy.current.queue and library.stream.queue
        seen = []
        library.stream.queue.append(lambda: seen.append(got.array.host.copy()))
        library.stream.synchronize()
        assert seen[0].tobytes() == trim().apply(FLOATS).tobytes()

    def test_what_is_written_is_waited_for_and_what_is_read_may_be_given_up(self, cupy, library):
        source = self.late(cupy, library, FLOATS)
        out = self.late(cupy, library, np.zeros_like(FLOATS))
        assert trim().apply(source, out=out) is out
        library.stream.queue.append(lambda: source.array.host.fill(9))  # its memory is used anew
        library.stream.synchronize()
        assert out.array.host.tobytes() == trim().apply(FLOATS).tobytes()

    def test_inputs_are_given_up_after_they_are_read(self, cupy, library):
        fog = self.late(cupy, library, FOG)
        out = there(cupy, FLOATS)
        inputs = {"fog": fog, "lamps": there(cupy, LAMPS)}
        busy().apply(there(cupy, FLOATS), inputs=inputs, out=out)
        library.stream.queue.append(lambda: fog.array.host.fill(9))
        library.stream.synchronize()
        assert out.host.tobytes() == busy().apply(FLOATS, inputs=beside()).tobytes()
