"""In which order nodes come, and which do not."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier

from orchestration.building.plan import Node, Plan
from orchestration.building.schedule import WORKERS, in_turn


def _plan(make_node: Callable[..., Node], **parents: str) -> Plan:
    nodes: dict[str, Node] = {}
    for name, of in parents.items():
        nodes[name] = make_node(name, "", *(nodes[parent] for parent in of.split()))
    return Plan({node.unique_id: node for node in nodes.values()}, {})


def _order(plan: Plan, *names: str, failing: str = "") -> list[str]:
    selected = [id for id, node in plan.nodes.items() if not names or node.name in names]
    return list(
        in_turn(plan, selected, lambda node: node.name, lambda name: name in (failing, f"-{failing}") or name[0] == "-",
                lambda node: f"-{node.name}")
    )  # fmt: skip


def test_each_comes_after_what_it_waits_for(make_node: Callable[..., Node]) -> None:
    plan = _plan(make_node, a="", b="a", c="a", d="b c", e="")
    order = _order(plan)
    assert sorted(order) == ["a", "b", "c", "d", "e"]
    assert order.index("a") < min(order.index("b"), order.index("c")) and order[-1] == "d"


def test_what_is_not_selected_is_not_waited_for(make_node: Callable[..., Node]) -> None:
    assert _order(_plan(make_node, a="", b="a"), "b") == ["b"]


def test_what_waits_for_a_failure_is_skipped_and_the_rest_is_not(make_node: Callable[..., Node]) -> None:
    plan = _plan(make_node, a="", b="a", c="b", d="")
    assert sorted(_order(plan, failing="a")) == ["-b", "-c", "a", "d"]


def test_two_are_at_work_at_a_time(make_node: Callable[..., Node]) -> None:
    plan = _plan(make_node, a="", b="")
    together = Barrier(WORKERS, timeout=30)
    ended = in_turn(plan, plan.nodes, lambda node: together.wait() >= 0, lambda _: False, lambda _: False)
    assert list(ended) == [True, True]
