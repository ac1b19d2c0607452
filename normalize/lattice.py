"""The optimisation that the repairs share: the best path through a lattice, and how sure it is.

Steps follow one another (rows of a table, texts of a cell); each step has a few states (which role each
cell has, which label a row stands under); a path takes one state a step. Scores are logarithms of how
likely: of a state by itself, and of going from a state to the next. The best path is Viterbi's; the
confidence of each of its states is its posterior probability by the forward-backward sums over all paths,
so that a second-best path that is nearly as good shows as doubt.
"""

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, inf, log
from typing import Generic, TypeVar

State = TypeVar("State")


@dataclass(frozen=True, slots=True)
class Path(Generic[State]):
    """The best states, one a step, and for each step the posterior of every state (index as given)."""

    best: tuple[int, ...]
    posterior: tuple[tuple[float, ...], ...]
    score: float

    def confidence(self, step: int) -> float:
        """Posterior probability (0..1) of the best path's state at ``step``."""
        return self.posterior[step][self.best[step]]


def log_sum(scores: Sequence[float]) -> float:
    """log(sum(exp(score))) without overflow; ``-inf`` for an empty sum."""
    top = max(scores, default=-inf)
    if top == -inf:
        return -inf
    return top + log(sum([exp(score - top) for score in scores]))


def best_path(
    steps: Sequence[Sequence[State]],
    score: Callable[[int, State], float],
    move: Callable[[int, State, State], float],
) -> Path[State]:
    """Best path through ``steps`` (a sequence of states each).

    ``score(i, state)`` and ``move(i, before, state)`` (into step ``i``) are log-likelihoods; ``-inf``
    forbids. Raises ValueError where every path is forbidden or a step has no state.
    """
    if any(not states for states in steps):
        raise ValueError("a step of the lattice has no state")
    if not steps:
        return Path((), (), 0.0)
    own = [[score(i, state) for state in states] for i, states in enumerate(steps)]
    moves = [
        [[move(i, before, state) for before in steps[i - 1]] for state in steps[i]]
        for i in range(1, len(steps))
    ]
    best, forward = [own[0]], [own[0]]
    back: list[list[int]] = []
    for i, into in enumerate(moves, start=1):
        arrivals = [[b + m for b, m in zip(best[-1], row, strict=True)] for row in into]
        back.append([max(range(len(row)), key=row.__getitem__) for row in arrivals])
        best.append([row[k] + o for row, k, o in zip(arrivals, back[-1], own[i], strict=True)])
        forward.append(
            [
                o + log_sum([f + m for f, m in zip(forward[-1], row, strict=True)])
                for row, o in zip(into, own[i], strict=True)
            ]
        )
    if max(best[-1]) == -inf:
        raise ValueError("every path through the lattice is forbidden")
    backward = [[0.0] * len(steps[-1])]
    for i in range(len(steps) - 1, 0, -1):
        onward = [own[i][k] + backward[0][k] for k in range(len(steps[i]))]
        backward.insert(
            0,
            [
                log_sum([moves[i - 1][k][b] + onward[k] for k in range(len(steps[i]))])
                for b in range(len(steps[i - 1]))
            ],
        )
    total = log_sum(forward[-1])
    posterior = tuple(
        tuple(exp(f + b - total) if f + b > -inf else 0.0 for f, b in zip(fs, bs, strict=True))
        for fs, bs in zip(forward, backward, strict=True)
    )
    chosen = [max(range(len(best[-1])), key=best[-1].__getitem__)]
    for pointers in reversed(back):
        chosen.insert(0, pointers[chosen[0]])
    return Path(tuple(chosen), posterior, max(best[-1]))


@dataclass(frozen=True, slots=True)
class Segmentation:
    """Labels laid over a sequence of items: ``starts[k]`` is the first item of label k (its segment may be
    empty), ``posterior[i][k]`` the probability that item i stands under label k."""

    starts: tuple[int, ...]
    posterior: tuple[tuple[float, ...], ...]

    def label_of(self, item: int) -> int:
        """The label of the best segmentation that ``item`` stands under."""
        return bisect_right(self.starts, item) - 1

    def confidence(self, item: int) -> float:
        """Posterior probability (0..1) of the best segmentation's label of ``item``."""
        return self.posterior[item][self.label_of(item)]


def best_segmentation(
    count: int, windows: Sequence[tuple[int, int]], score: Callable[[int, int, int], float]
) -> Segmentation:
    """Best cut of ``count`` items into one segment for each label, in order (a semi-Markov model).

    ``windows[k]`` are the first and last item at which label k may start (label 0 starts at 0);
    ``score(k, a, b)`` is the log-likelihood that label k covers the items a..b-1. Raises ValueError where
    every segmentation is forbidden.
    """
    starts = [range(max(0, low), min(count, high) + 1) for low, high in windows]
    starts[0] = range(0, 1)
    starts.append(range(count, count + 1))
    scores = [
        {(a, b): score(k, a, b) for a in starts[k] for b in starts[k + 1] if a <= b}
        for k in range(len(windows))
    ]
    forward: list[dict[int, float]] = [{0: 0.0}]
    for k, segments in enumerate(scores):
        arrivals: dict[int, list[float]] = {}
        for (a, b), own in segments.items():
            if own > -inf and a in forward[k]:
                arrivals.setdefault(b, []).append(forward[k][a] + own)
        forward.append({b: log_sum(into) for b, into in arrivals.items()})
    if count not in forward[-1]:
        raise ValueError("every segmentation is forbidden")
    posterior = _coverage(count, scores, forward)
    return Segmentation(_most_right(count, scores, posterior), posterior)


def _most_right(
    count: int, scores: list[dict[tuple[int, int], float]], posterior: tuple[tuple[float, ...], ...]
) -> tuple[int, ...]:
    """Starts of the segmentation with most items expected to be right: where the evidence leaves a
    boundary open, it lies in the middle of what is possible, not at the edge."""
    best: list[dict[int, float]] = [{0: 0.0}]
    back: list[dict[int, int]] = []
    for k, segments in enumerate(scores):
        sums = [0.0]
        for item in range(count):
            sums.append(sums[-1] + posterior[item][k])
        into: dict[int, tuple[float, int]] = {}
        for (a, b), own in segments.items():
            if own > -inf and a in best[k]:
                into[b] = max(into.get(b, (-inf, 0)), (best[k][a] + sums[b] - sums[a], a))
        best.append({b: score for b, (score, _) in into.items()})
        back.append({b: a for b, (_, a) in into.items()})
    cuts = [count]
    for pointers in reversed(back):
        cuts.insert(0, pointers[cuts[0]])
    return tuple(cuts[:-1])


def _coverage(
    count: int, scores: list[dict[tuple[int, int], float]], forward: list[dict[int, float]]
) -> tuple[tuple[float, ...], ...]:
    """Probability of each label (column) over each item (row), from the segments' posteriors."""
    backward: dict[int, float] = {count: 0.0}
    total = forward[-1][count]
    steps = [[0.0] * len(scores) for _ in range(count + 1)]
    for k in range(len(scores) - 1, -1, -1):
        onward: dict[int, list[float]] = {}
        for (a, b), own in scores[k].items():
            if own > -inf and b in backward:
                onward.setdefault(a, []).append(own + backward[b])
                if a in forward[k]:
                    chance = exp(forward[k][a] + own + backward[b] - total)
                    steps[a][k] += chance
                    steps[b][k] -= chance
        backward = {a: log_sum(into) for a, into in onward.items()}
    running = [0.0] * len(scores)
    rows: list[tuple[float, ...]] = []
    for item in range(count):
        running = [now + step for now, step in zip(running, steps[item], strict=True)]
        rows.append(tuple(min(1.0, max(0.0, chance)) for chance in running))
    return tuple(rows)
