"""Which node comes next: each after what it waits for, those that most others wait for first."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Collection, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TypeVar

from orchestration.building.plan import Node, Plan

WORKERS = 2
"""Nodes at a time. DuckDB uses every core for each; a second one fills them where the first leaves one idle."""


Ended = TypeVar("Ended")


def in_turn(
    plan: Plan,
    selected: Collection[str],
    work: Callable[[Node], Ended],
    stops_others: Callable[[Ended], bool],
    skipped: Callable[[Node], Ended],
) -> Iterator[Ended]:
    """Does the work of the selected nodes.

    Args:
        plan: of the project.
        selected: ids of the nodes.
        work: does one node's work, in a thread of its own.
        stops_others: whether what waits for a node that ended so is skipped.
        skipped: how a skipped node ended.

    Yields:
        how each node ended, as it ends.
    """
    waiting = {id: _awaited(plan.nodes[id]) & set(selected) for id in plan.nodes if id in selected}
    followers: dict[str, list[str]] = {}
    for id, awaited in waiting.items():
        for one in awaited:
            followers.setdefault(one, []).append(id)
    weights = _weights(list(waiting), followers)
    ready = [(-weights[id], place, id) for place, id in enumerate(waiting) if not waiting[id]]
    heapq.heapify(ready)
    places = {id: place for place, id in enumerate(waiting)}
    stopped: set[str] = set()
    running: dict[Future[Ended], str] = {}

    def end(id: str, stops: bool) -> None:
        for follower in followers.get(id, ()):
            waiting[follower].discard(id)
            if stops:
                stopped.add(follower)
            if not waiting[follower]:
                heapq.heappush(ready, (-weights[follower], places[follower], follower))

    with ThreadPoolExecutor(WORKERS) as pool:
        while ready or running:
            while ready and (len(running) < WORKERS or ready[0][2] in stopped):
                id = heapq.heappop(ready)[2]
                if id in stopped:
                    yield skipped(plan.nodes[id])
                    end(id, True)
                else:
                    running[pool.submit(work, plan.nodes[id])] = id
            if running:
                done, _ = wait(running, return_when=FIRST_COMPLETED)
                for future in done:
                    ended = future.result()
                    yield ended
                    end(running.pop(future), stops_others(ended))


def _awaited(node: Node) -> set[str]:
    return {*node.depends_on, *node.waits_for}


def _weights(order: list[str], followers: dict[str, list[str]]) -> dict[str, int]:
    """Length of the longest row of nodes that wait one for another, from each on."""
    weights: dict[str, int] = {}
    for id in reversed(order):
        weights[id] = 1 + max((weights.get(follower, 0) for follower in followers.get(id, ())), default=0)
    return weights
