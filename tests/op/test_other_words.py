"""Words of other programs: each means one op and one parameter, and none is a name already."""

import grade.ops  # noqa: F401  registers the ops
from grade.op import OPS, Op, names_of_ops

CATALOGUE = {kind: op for kind, op in OPS.items() if op.__module__.startswith("grade.ops.")}


def test_a_word_means_one_op():
    words = [word for op in CATALOGUE.values() for word in op.known_as]
    assert len(words) > 200
    assert sorted(words) == sorted(set(words))
    assert not set(words) & set(CATALOGUE)
    assert {kind for word, kind in names_of_ops().items() if word in words} <= set(CATALOGUE)


def test_a_word_means_a_parameter_that_is_there():
    for kind, op in CATALOGUE.items():
        own = vars(op).get("synonyms", {})
        assert set(own.values()) <= set(op.settings), kind
        assert not set(op.all_synonyms()) & (set(op.settings) - {"mix"}), kind


def test_fields_of_every_node():
    assert Op.all_synonyms()["mask"] == "matte"
    assert OPS["convert"].all_synonyms()["input"] == "src"  # its own word before that of all
