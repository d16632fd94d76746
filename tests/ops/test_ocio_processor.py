"""OCIOProcessor: any processor as an op."""

import numpy as np
import PyOpenColorIO as ocio
import pytest

import grade
from grade.color.errors import ConfigError, UntranslatedTransform
from grade.graph import Look
from grade.graph.errors import GraphError
from grade.op import ParameterError, find_op
from grade.ops.ocio_processor import OCIOProcessor, from_processor

CONFIG = ocio.Config.CreateFromFile("ocio://studio-config-v5.0.0_aces-v2.1_ocio-v2.6")
CONFIG.setProcessorCacheFlags(ocio.PROCESSOR_CACHE_OFF)


def graded():
    cdl = ocio.CDLTransform()
    cdl.setSlope([1.1, 0.9, 1.0])
    cdl.setPower([1.2, 1.0, 0.8])
    return ocio.GroupTransform([cdl, ocio.RangeTransform(0.0, 1.0, 0.0, 1.0)])


def table(power):
    lut = ocio.Lut1DTransform(length=9, inputHalfDomain=False)
    lut.setData(np.repeat(np.linspace(0, 1, 9) ** power, 3).astype(np.float32))
    return lut


def moving():
    """A group with two dynamic properties."""
    exposure = ocio.ExposureContrastTransform()
    exposure.makeExposureDynamic()
    primary = ocio.GradingPrimaryTransform(ocio.GRADING_VIDEO)
    primary.makeDynamic()
    return ocio.GroupTransform([exposure, primary])


EXAMPLES = [
    from_processor(CONFIG.getProcessor("ACEScct", "ACEScg")),
    from_processor(graded()),
    from_processor(graded(), amount=0.5, channels="rb"),
    from_processor(table(0.5)),
    from_processor(moving(), dynamic={"exposure": 0.5, "primary.gamma.g": 1.2}),
]


def test_processors_groups_and_transforms():
    assert find_op("ocio_processor") is OCIOProcessor and grade.from_processor is from_processor
    pixels = np.random.default_rng(4).uniform(0, 1, (50, 3))
    to_linear = EXAMPLES[0]
    np.testing.assert_allclose(
        to_linear.evaluate(pixels), grade.Convert(src="ACEScct", dst="ACEScg").evaluate(pixels)
    )
    named = ocio.ColorSpaceTransform("ACEScct", "ACEScg")
    np.testing.assert_array_equal(
        from_processor(named, CONFIG).evaluate(pixels), to_linear.evaluate(pixels)
    )
    backward = ocio.ExponentTransform([2, 2, 2, 1], direction=ocio.TRANSFORM_DIR_INVERSE)
    np.testing.assert_allclose(from_processor(backward).evaluate(0.25), 0.5)
    assert from_processor(ocio.GroupTransform()).evaluate(-0.3) == -0.3


def test_two_tables_of_equal_ends_are_two(run):
    """OpenColorIO's own cache takes them for one: equal length, minimum and maximum."""
    one, other = from_processor(table(0.5)), from_processor(table(0.8))
    assert one.processor != other.processor
    assert run(one, [[0.25] * 3])[0, 0] != run(other, [[0.25] * 3])[0, 0]


def test_what_cannot_be_one():
    with pytest.raises(ParameterError, match="give the processor"):
        OCIOProcessor()
    with pytest.raises(ConfigError, match="of a CPUProcessor give the Processor"):
        from_processor(CONFIG.getProcessor("ACEScct", "ACEScg").getDefaultCPUProcessor())
    with pytest.raises(ConfigError, match="ColorSpaceTransform"):
        from_processor(ocio.ColorSpaceTransform("ACEScct", "ACEScg"))
    alpha = np.eye(4)
    alpha[0, 3] = 0.5
    with pytest.raises(UntranslatedTransform, match="mixes alpha"):
        from_processor(ocio.MatrixTransform(alpha.ravel().tolist()))


def test_a_look_with_one_is_written_beside_a_file(tmp_path):
    look = Look("x")
    look.outputs["m"] = look.source >> from_processor(graded(), name="film", amount=0.5)
    pixels = np.random.default_rng(2).uniform(-0.2, 1.2, (4, 4, 3)).astype(np.float32)
    with pytest.raises(
        GraphError, match=r'film\.processor: .* look\["film"\]\.write\("film\.ctf"\)'
    ):
        look.save(tmp_path / "x.grade.yaml")
    instead = Look("x")
    instead.outputs["m"] = instead.source >> look["film"].write(tmp_path / "film.ctf")
    saved = instead.save(tmp_path / "x.grade.yaml")
    assert "file: film.ctf" in saved.read_text() and "amount: 0.5" in saved.read_text()
    np.testing.assert_array_equal(Look.load(saved).apply(pixels), look.apply(pixels))


def test_what_a_format_does_not_know():
    with pytest.raises(ConfigError, match=r"name a \.ctf or \.clf file"):
        EXAMPLES[0].write("film.cube")


def test_the_hash_is_of_what_it_computes():
    def look(transform):
        made = Look("x")
        made.outputs["m"] = made.source >> from_processor(transform, name="film")
        return made

    assert look(table(0.5)).hash == look(table(0.5)).hash != look(table(0.8)).hash
