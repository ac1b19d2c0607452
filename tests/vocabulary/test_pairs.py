"""The labelled pairs are what they say: enough of each kind, and split by nothing but their hash."""

from normalize.mappings import load
from tests.vocabulary.pairs import LABELS, SPLITS, Pair, labelled, split_of

HEADS = load().words.typed_heads


def head(name: str) -> str:
    return max((head for head in HEADS if name.endswith(head)), key=len, default="")


def test_there_are_enough_pairs_of_every_kind() -> None:
    pairs = labelled()
    assert len(pairs) >= 200
    assert {(pair.label, pair.split) for pair in pairs} == {(a, b) for a in LABELS for b in SPLITS}
    assert sum(bool(head(pair.one)) and head(pair.one) == head(pair.other) for pair in pairs) >= 80
    assert sum(pair.one.endswith("及时率") and pair.other.endswith("及时率") for pair in pairs) >= 20


def test_a_pair_is_listed_once_and_split_by_its_hash() -> None:
    pairs = labelled()
    sides = [frozenset([(p.one, p.one_level2), (p.other, p.other_level2)]) for p in pairs]
    assert len(set(sides)) == len(pairs)
    assert all(len(side) == 2 for side in sides)

    def wanted(pair: Pair) -> str:
        return split_of(pair.one, pair.other, pair.one_level2, pair.other_level2)

    assert [pair.split for pair in pairs] == [wanted(pair) for pair in pairs]
