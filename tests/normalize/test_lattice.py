"""The lattice against brute force: the best of all paths, and the share of all of them."""

from itertools import pairwise, product
from math import exp, inf, isclose, log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from normalize.lattice import best_path, best_segmentation, log_sum

SCORES = st.one_of(st.just(-inf), st.floats(-8, 8))


@st.composite
def lattices(draw: st.DrawFn) -> tuple[list[list[float]], list[list[list[float]]]]:
    """Scores of states, and of moves from state to state, of one to four steps."""
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=4))
    own = [draw(st.lists(SCORES, min_size=n, max_size=n)) for n in sizes]
    moves = [
        draw(st.lists(st.lists(SCORES, min_size=b, max_size=b), min_size=a, max_size=a))
        for a, b in pairwise(sizes)
    ]
    return own, moves


def weigh(path: tuple[int, ...], own: list[list[float]], moves: list[list[list[float]]]) -> float:
    states = sum(own[i][state] for i, state in enumerate(path))
    return states + sum(moves[i][a][b] for i, (a, b) in enumerate(pairwise(path)))


@given(lattices())
def test_best_path_is_the_best_of_all_and_posteriors_are_shares(
    lattice: tuple[list[list[float]], list[list[list[float]]]],
) -> None:
    own, moves = lattice
    steps = [range(len(scores)) for scores in own]
    weights = {path: weigh(path, own, moves) for path in product(*steps)}

    def solve() -> tuple[tuple[int, ...], float, tuple[tuple[float, ...], ...]]:
        found = best_path(steps, lambda i, k: own[i][k], lambda i, a, b: moves[i - 1][a][b])
        return found.best, found.score, found.posterior

    if max(weights.values()) == -inf:
        with pytest.raises(ValueError, match="forbidden"):
            solve()
        return
    best, score, posterior = solve()
    assert isclose(score, max(weights.values()), abs_tol=1e-9)
    assert isclose(weights[best], score, abs_tol=1e-9)
    total = sum(exp(weight) for weight in weights.values())
    for i, step in enumerate(steps):
        assert isclose(sum(posterior[i]), 1.0, abs_tol=1e-9)
        for k in step:
            share = sum(exp(weight) for path, weight in weights.items() if path[i] == k) / total
            assert isclose(posterior[i][k], share, abs_tol=1e-9)


def test_what_is_forbidden_is_not_taken() -> None:
    found = best_path(["ab", "ab"], lambda i, s: 5.0 * (s == "b"), lambda i, a, b: -inf if a == b else 0.0)
    assert sorted(found.best) == [0, 1]
    found = best_path(["ab"], lambda i, s: -inf if s == "b" else -700.0, lambda i, a, b: 0.0)
    assert found.best == (0,) and found.posterior == ((1.0, 0.0),)


def test_equal_paths_share_the_confidence() -> None:
    found = best_path(["abcd"] * 3, lambda i, s: 0.0, lambda i, a, b: 0.0)
    assert [found.confidence(i) for i in range(3)] == pytest.approx([0.25] * 3)


def test_no_steps_and_steps_without_states() -> None:
    assert best_path([], lambda i, s: 0.0, lambda i, a, b: 0.0).best == ()
    with pytest.raises(ValueError, match="no state"):
        best_path(["a", ""], lambda i, s: 0.0, lambda i, a, b: 0.0)


def test_log_sum_neither_overflows_nor_fails_on_nothing() -> None:
    assert log_sum([]) == log_sum([-inf]) == -inf
    assert log_sum([1000.0, 1000.0]) == pytest.approx(1000 + log(2))


Segments = dict[tuple[int, int, int], float]


@st.composite
def covers(draw: st.DrawFn) -> tuple[int, list[tuple[int, int]], Segments]:
    """A number of items, windows of up to three labels, and scores of all their segments."""
    count = draw(st.integers(0, 4))
    labels = draw(st.integers(1, 3))
    windows = [(0, 0)]
    for _ in range(labels - 1):
        low = draw(st.integers(0, count))
        windows.append((low, draw(st.integers(low, count))))
    cells = [(k, a, b) for k in range(labels) for a in range(count + 1) for b in range(a, count + 1)]
    return count, windows, {cell: draw(SCORES) for cell in cells}


def segmentations(
    count: int, windows: list[tuple[int, int]], scores: Segments
) -> dict[tuple[int, ...], float]:
    """All segmentations that the windows allow, by their starts, with their weights."""
    found = {}
    for starts in product(*(range(low, high + 1) for low, high in windows)):
        ends = (*starts[1:], count)
        if all(a <= b for a, b in zip(starts, ends, strict=True)):
            found[starts] = sum(scores[k, a, b] for k, (a, b) in enumerate(zip(starts, ends, strict=True)))
    return found


@given(covers())
def test_segmentation_posteriors_are_shares_and_the_best_has_most_of_them(
    cover: tuple[int, list[tuple[int, int]], Segments],
) -> None:
    count, windows, scores = cover
    weights = {s: w for s, w in segmentations(count, windows, scores).items() if w > -inf}
    if not weights:
        with pytest.raises(ValueError, match="forbidden"):
            best_segmentation(count, windows, lambda k, a, b: scores[k, a, b])
        return
    found = best_segmentation(count, windows, lambda k, a, b: scores[k, a, b])
    total = sum(exp(weight) for weight in weights.values())

    def label(starts: tuple[int, ...], item: int) -> int:
        return max(k for k, start in enumerate(starts) if start <= item)

    for item in range(count):
        assert isclose(sum(found.posterior[item]), 1.0, abs_tol=1e-9)
        for k in range(len(windows)):
            share = sum(exp(w) for starts, w in weights.items() if label(starts, item) == k) / total
            assert isclose(found.posterior[item][k], share, abs_tol=1e-9)
    assert found.starts in weights  # allowed, and not forbidden

    def right(starts: tuple[int, ...]) -> float:
        return sum(found.posterior[item][label(starts, item)] for item in range(count))

    assert right(found.starts) == pytest.approx(max(right(starts) for starts in weights), abs=1e-9)


def test_a_label_may_stand_over_nothing() -> None:
    found = best_segmentation(2, [(0, 0), (0, 2), (0, 2)], lambda k, a, b: -9.0 if k == 1 and b > a else 0.0)
    assert all(found.label_of(item) != 1 for item in range(2))


def test_windows_hold_even_against_the_score() -> None:
    found = best_segmentation(4, [(0, 0), (2, 3)], lambda k, a, b: 50.0 * (b - a) if k else 0.0)
    assert found.starts == (0, 2)
    assert found.confidence(3) == pytest.approx(1.0)


def test_nothing_to_segment() -> None:
    found = best_segmentation(0, [(0, 0), (0, 0)], lambda k, a, b: 0.0)
    assert found.starts == (0, 0) and found.posterior == ()


def test_what_the_evidence_leaves_open_is_doubted_and_cut_in_the_middle() -> None:
    found = best_segmentation(5, [(0, 0), (0, 5)], lambda k, a, b: 0.0)
    assert found.starts[1] in (2, 3)
    assert found.confidence(2) < 0.9
