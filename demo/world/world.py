"""Everything that is true of a simulated world, before anybody looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from demo.world.ads import Delivery, build_delivery
from demo.world.catalog import (
    Catalog,
    Supplier,
    build_catalog,
    suppliers,
)
from demo.world.demand import Demand, build_demand
from demo.world.economics import build_sales
from demo.world.events import Events, build_events
from demo.world.inventory import Stock, simulate_stock
from demo.world.journeys import Journeys, build_journeys
from demo.world.outcomes import Plans, build_plans
from demo.world.pricing import Prices, build_prices
from demo.world.promotions import Promotion, promotions
from demo.world.scenario import Scenario
from demo.world.shoppers import Shoppers, build_shoppers
from demo.world.trade import Trade, build_trade


@dataclass(frozen=True)
class World:
    """The parts of a world, each built from those above it."""

    scenario: Scenario
    catalog: Catalog
    suppliers: list[Supplier]
    prices: Prices
    promotions: list[Promotion]
    demand: Demand
    delivery: Delivery
    shoppers: Shoppers
    plans: Plans
    stock: Stock
    events: Events
    journeys: Journeys
    trade: Trade


def build_world(scenario: Scenario, progress: Callable[[str, int], None]) -> World:
    """Simulates a world."""
    catalog = build_catalog(scenario)
    partners = suppliers(scenario)
    prices = build_prices(scenario, catalog)
    promoted = promotions(scenario)
    demand = build_demand(scenario, catalog, prices, promoted)
    delivery = build_delivery(scenario, demand)
    shoppers = build_shoppers(scenario, demand, delivery)
    plans = build_plans(scenario, catalog, demand, shoppers)
    progress("order lines planned", plans.lines.height)
    stock = simulate_stock(scenario, catalog, demand, plans, partners, progress)
    sales = build_sales(scenario, catalog, prices, promoted, plans, stock)
    events = build_events(scenario, sales)
    progress("orders placed", events.orders.height)
    journeys = build_journeys(scenario, delivery, events)
    trade = build_trade(scenario, catalog, prices)
    return World(
        scenario, catalog, partners, prices, promoted, demand, delivery, shoppers, plans, stock, events, journeys, trade
    )
