"""ACES 2 against OpenColorIO: tables and pixels apart, then together."""

import re

import numpy as np
import PyOpenColorIO as ocio
import pytest

from grade.color.aces2 import output_transform, table_cache
from grade.color.aces2.hue_samples import HueSamples
from grade.color.aces2.hue_tables import make_tables
from grade.color.aces2.parameters import Parameters
from grade.color.aces2.table_builder import build_samples
from grade.color.errors import UntranslatedTransform
from grade.color.transforms.aces import aces2_output
from grade.color.transforms.ocio_processor import from_processor
from grade.emit.cuda import emit
from grade.passes.pipeline import lower
from grade.run import executor
from grade.run.nvrtc import compile_unit
from grade.science.primaries import Primaries
from grade.settings import override

from ..draw import some
from ..work import counted
from .tolerances import TOLERANCES, tolerance

REC709 = (0.64, 0.33, 0.30, 0.60, 0.15, 0.06, 0.3127, 0.3290)
P3D65 = (0.680, 0.320, 0.265, 0.690, 0.150, 0.060, 0.3127, 0.3290)
REC2020 = (0.708, 0.292, 0.170, 0.797, 0.131, 0.046, 0.3127, 0.3290)
AP1 = (0.713, 0.293, 0.165, 0.83, 0.128, 0.044, 0.32168, 0.33767)
SETS = [
    (100.0, *REC709),
    (100.0, *P3D65),
    (225.0, *P3D65),
    (500.0, *P3D65),
    (500.0, *REC2020),
    (1000.0, *P3D65),
    (1000.0, *REC2020),
    (2000.0, *P3D65),
    (2000.0, *REC2020),
    (4000.0, *P3D65),
    (4000.0, *REC2020),
]
FEW = [SETS[0], SETS[6], pytest.param(SETS[9], marks=pytest.mark.full)]
WIDE = (600.0, 0.7347, 0.2653, 0.1596, 0.8404, 0.0366, 0.0001, 0.3457, 0.3585)
WHOLE = ocio.FIXED_FUNCTION_ACES_OUTPUT_TRANSFORM_20

each_set = pytest.mark.parametrize(
    "numbers", some([(s,) for s in SETS], 4), ids=lambda s: f"{s[0]:g}-{s[1]:g}"
)
GREYS = 1001
few_sets = pytest.mark.parametrize("numbers", FEW, ids=lambda s: f"{s[0]:g}-{s[1]:g}")


def parameters_of(numbers):
    return Parameters(numbers[0], Primaries.from_numbers(numbers[1:]))


def fixed(style, numbers, inverse=False):
    described = ocio.FixedFunctionTransform(style, list(numbers))
    described.setDirection(ocio.TRANSFORM_DIR_INVERSE if inverse else ocio.TRANSFORM_DIR_FORWARD)
    return described


@pytest.fixture(scope="module")
def tables_of_ocio(processor_of):
    """OpenColorIO's own tables, from the shader that it would give a GPU."""

    def read(numbers):
        shader = ocio.GpuShaderDesc.CreateShaderDesc(language=ocio.GPU_LANGUAGE_GLSL_4_0)
        processor_of(fixed(WHOLE, numbers)).getDefaultGPUProcessor().extractGpuShaderInfo(shader)
        textures = {t.textureName: np.float64(t.getValues()) for t in shader.getTextures()}
        (reach,) = (v for k, v in textures.items() if "reach" in k)
        (cusp,) = (v.reshape(-1, 3).T for k, v in textures.items() if "cusp" in k)
        listed = re.search(r"hues_array\[363\] = float\[363\]\(([^)]*)\)", shader.getShaderText())
        return HueSamples(reach, np.float64(listed.group(1).split(",")), *cusp)

    return read


@pytest.fixture(scope="module")
def scene(samples):
    """The samples, and enough random colors that the 99.99th percentile means something."""
    random = np.random.default_rng(2)
    return np.concatenate([samples, random.uniform(-0.5, 1.5, (60000, 3)).astype(np.float32)])


def light(peak):
    """Greys, then colors within the cube: beyond it the inverse has no answer, see below."""
    random = np.random.default_rng(3)
    grey = np.repeat(np.linspace(0, 1, GREYS)[:, None], 3, axis=1)
    return (np.concatenate([grey, random.uniform(0, 1, (60000, 3))]) * peak / 100).astype("f4")


def worst(difference, ours, theirs):
    found = difference(ours, theirs).max(axis=-1)
    return found.max(), np.quantile(found, 0.9999)


# --- constants and tables -------------------------------------------------------------------------


def test_the_same_tables_on_every_host():
    """The bits of a table, as they are wherever IEEE 754 is."""
    nodes = build_samples(parameters_of(SETS[0]))
    found = [float(v[100]).hex() for v in (nodes.reach, nodes.hue, nodes.cusp_j, nodes.cusp_m)]
    assert found == [
        "0x1.426fc00000000p+6", "0x1.8c69980000000p+6",
        "0x1.567bd80000000p+6", "0x1.93f6780000000p+5",
    ]  # fmt: skip
    assert float(nodes.gamma_inverse[100]).hex() == "0x1.0a69cc0000000p+0"


@each_set
def test_tables(numbers, tables_of_ocio):
    """The same float32 but for what a libm's power or arc tangent rounds otherwise."""
    ours, theirs = build_samples(parameters_of(numbers)), tables_of_ocio(numbers)
    assert ours.search_range in [(0, 2), (-1, 2)]
    np.testing.assert_array_equal(ours.reach, theirs.reach)
    np.testing.assert_allclose(ours.hue, theirs.hue, rtol=3e-7)
    np.testing.assert_allclose(ours.cusp_j, theirs.cusp_j, rtol=3e-6)
    np.testing.assert_allclose(ours.cusp_m, theirs.cusp_m, rtol=6e-6)
    np.testing.assert_allclose(ours.gamma_inverse, theirs.gamma_inverse, rtol=2e-4)
    for name in ("cusp_j", "cusp_m", "gamma_inverse"):
        assert (getattr(ours, name) == getattr(theirs, name)).mean() > 0.75, name


def test_tables_are_kept(tmp_path, monkeypatch):
    with override(cache=tmp_path):
        parameters = parameters_of(SETS[1])
        first = table_cache.load_samples(parameters)
        (kept,) = (tmp_path / "aces2").iterdir()
        monkeypatch.setattr(
            table_cache.table_builder, "build_samples", None
        )  # a second build would fail
        second = table_cache.load_samples(parameters)
        assert np.array_equal(first.cusp_m, second.cusp_m)
        kept.write_bytes(kept.read_bytes()[:-1] + b"!")
        with pytest.raises(TypeError):
            table_cache.load_samples(parameters)  # a broken file is not believed


def test_tables_are_built_for_all_hues_at_once():
    with counted() as work:
        build_samples(parameters_of(SETS[0]))
    assert work.calls < 400_000  # 130,000; hue by hue it would be a hundred times as many


# --- pixels ---------------------------------------------------------------------------------------


@few_sets
def test_pixels_with_their_tables(
    numbers, tables_of_ocio, processor_of, oracle, compiled, difference, scene
):
    """The maths apart from the tables, which are OpenColorIO's here."""
    parameters = parameters_of(numbers)
    tables = make_tables(tables_of_ocio(numbers), parameters.limit_j)
    ours = compiled(lambda x: output_transform.forward(parameters, tables, x), scene)
    most, usual = worst(difference, ours, oracle(processor_of(fixed(WHOLE, numbers)), scene))
    assert most < TOLERANCES["ACES 2 pixels forward"]
    assert usual < TOLERANCES["ACES 2 pixels forward at 99.99 %"]


@few_sets
def test_pixels_back_with_their_tables(
    numbers, tables_of_ocio, processor_of, oracle, compiled, difference
):
    parameters = parameters_of(numbers)
    tables = make_tables(tables_of_ocio(numbers), parameters.limit_j)
    pixels = light(numbers[0])
    ours = compiled(lambda x: output_transform.inverse(parameters, tables, x), pixels)
    theirs = oracle(processor_of(fixed(WHOLE, numbers, inverse=True)), pixels)
    most, _ = worst(difference, ours, theirs)
    # Greys near the peak are no percentile of anything: OpenColorIO's own are tinted by 2e-4.
    _, usual = worst(difference, ours[GREYS:], theirs[GREYS:])
    assert most < TOLERANCES["ACES 2 pixels inverse"]
    assert usual < TOLERANCES["ACES 2 pixels inverse at 99.99 %"]


@pytest.mark.parametrize("numbers", [*FEW, WIDE], ids=lambda s: f"{s[0]:g}-{s[1]:g}")
def test_the_whole(numbers, processor_of, oracle, compiled, difference, classes, scene, corners):
    processor = processor_of(fixed(WHOLE, numbers))
    transform = from_processor(processor)
    most, usual = worst(difference, compiled(transform, scene), oracle(processor, scene))
    assert most < TOLERANCES["ACES 2 forward"]
    assert usual < TOLERANCES["ACES 2 forward at 99.99 %"]
    assert np.array_equal(
        classes(compiled(transform, corners)), classes(oracle(processor, corners))
    )


@few_sets
def test_the_whole_back(numbers, processor_of, oracle, compiled, difference):
    """Inside the cube. Outside it OpenColorIO's own result moves by 2e-2 for a unit in the last
    place of the input, and by more than itself at poles."""
    processor = processor_of(fixed(WHOLE, numbers, inverse=True))
    pixels = light(numbers[0])
    ours = compiled(from_processor(processor), pixels)
    most, usual = worst(difference, ours, oracle(processor, pixels))
    assert most < TOLERANCES["ACES 2 inverse"]
    assert usual < TOLERANCES["ACES 2 inverse at 99.99 %"]


@few_sets
def test_float64_is_the_same_formula(numbers, processor_of, compiled, difference, scene):
    transform = from_processor(processor_of(fixed(WHOLE, numbers)))
    exact = transform(scene.astype(np.float64))
    most, _ = worst(difference, compiled(transform, scene), exact)
    assert most < TOLERANCES["ACES 2 pixels forward"]


def test_the_backends_agree_to_the_bit(processor_of, as_program, scene, corners):
    """Of the whole transform, its inverse and its parts."""
    cases = [
        (WHOLE, SETS[6], False),
        (WHOLE, SETS[6], True),
        *((style, values, way) for style, values, _ in PARTS for way in (False, True)),
    ]
    pixels = np.concatenate([scene[::17], corners])
    programs = [as_program(from_processor(processor_of(fixed(*case)))) for case in cases]
    for program, twin in zip(programs, executor("twin").prepare_many(programs), strict=True):
        results = [np.empty_like(pixels), np.empty_like(pixels)]
        for kernel, result in zip((executor("cpu").prepare(program), twin), results, strict=True):
            kernel([pixels[None]], [result[None]])
        assert results[0].tobytes() == results[1].tobytes()


def test_what_makes_no_transform_is_named(processor_of):
    """A peak without a roof to its tone scale, primaries without a gamut."""
    line = (100.0, 0.1, 0.1, 0.2, 0.2, 0.3, 0.3, 0.3127, 0.329)
    for numbers, named in (((20.0, *REC709), "a peak of 20"), (line, "the primaries 0.1, 0.1")):
        with pytest.raises(UntranslatedTransform, match=named):
            aces2_output.read(fixed(WHOLE, numbers))


@pytest.mark.parametrize("inverse", [False, True])
def test_a_thread_of_a_gpu_keeps_it_in_registers(inverse, processor_of, as_program):
    """The kernel spills nothing, and half of a multiprocessor's threads and more fit in it."""
    pytest.importorskip("cuda.bindings.nvrtc", reason="NVRTC is not installed")
    program = lower(as_program(from_processor(processor_of(fixed(WHOLE, SETS[0], inverse)))))
    (usage,) = compile_unit(emit(program), 90).usage.values()
    assert (usage.spill_stores, usage.spill_loads, usage.stack) == (0, 0, 0)
    assert usage.registers <= 56


# --- parts ----------------------------------------------------------------------------------------

PARTS = [
    (ocio.FIXED_FUNCTION_ACES_RGB_TO_JMH_20, AP1, "appearance"),
    (ocio.FIXED_FUNCTION_ACES_RGB_TO_HMJ_20, AP1, "appearance"),
    (ocio.FIXED_FUNCTION_ACES_TONESCALE_COMPRESS_20, (1000.0,), "tone"),
    (ocio.FIXED_FUNCTION_ACES_GAMUT_COMPRESS_20, SETS[6], "gamut"),
]


def polar(top_j, top_m):
    """J, M, h up to these, hues beyond a round, and odd ones."""
    random = np.random.default_rng(5)
    some = random.uniform((0.5, 0, -200), (top_j, top_m, 500), (20000, 3))
    odd = [[0, 0, 0], [-5, 0, 10], [50, -4, 30], [1e3, 4, 50], [50, 0, -20], [50, 5, 359.99999]]
    return np.concatenate([some, odd]).astype(np.float32)


def test_appearance(processor_of, oracle, compiled, difference, samples):
    processor = processor_of(fixed(PARTS[0][0], AP1))
    ours, theirs = compiled(from_processor(processor), samples), oracle(processor, samples)

    def on_axes(jmh):  # the hue of a grey is noise
        h = np.radians(jmh[:, 2].astype(np.float64))
        return np.stack([jmh[:, 0], jmh[:, 1] * np.cos(h), jmh[:, 1] * np.sin(h)], axis=-1)

    assert difference(on_axes(ours), on_axes(theirs), whole_pixel=True).max() < tolerance(
        "ACES 2 appearance"
    )
    assert compiled(from_processor(processor), np.zeros((1, 3), np.float32)).tolist() == [[0, 0, 0]]


def test_appearance_scaled(processor_of, compiled, samples):
    plain, scaled = (from_processor(processor_of(fixed(s, AP1))) for s, _, _ in PARTS[:2])
    j, m, h = compiled(plain, samples).T
    expected = np.stack([h / 360, m / 200, j / 100], axis=-1)
    np.testing.assert_allclose(compiled(scaled, samples), expected, rtol=3e-7)


CASES = [
    (PARTS[0], True, (100, 90)),
    (PARTS[2], False, (400, 200)),
    (PARTS[2], True, (180, 40)),
    (PARTS[3], False, (230, 120)),
    (PARTS[3], True, (190, 30)),
]


@pytest.mark.parametrize(("part", "inverse", "top"), CASES)
def test_a_part(part, inverse, top, processor_of, oracle, compiled, difference, classes):
    style, values, name = part
    processor = processor_of(fixed(style, values, inverse))
    pixels = polar(*top)
    ours, theirs = compiled(from_processor(processor), pixels), oracle(processor, pixels)
    assert np.array_equal(classes(ours), classes(theirs))
    usual = np.quantile(difference(ours, theirs, whole_pixel=True).max(axis=-1), 0.999)
    assert usual < tolerance(f"ACES 2 {name}", "inverse" if inverse else "forward")
