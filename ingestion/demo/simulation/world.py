"""Everything that is true of a simulated world, before anybody looks at it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ingestion.demo.simulation.ads import Delivery, build_delivery
from ingestion.demo.simulation.catalog import (
    Catalog,
    Supplier,
    build_catalog,
    suppliers,
)
from ingestion.demo.simulation.demand import Demand, build_demand
from ingestion.demo.simulation.economics import build_sales
from ingestion.demo.simulation.fates import Plans, build_plans
from ingestion.demo.simulation.happenings import Happenings, build_happenings
from ingestion.demo.simulation.inventory import Stock, simulate_stock
from ingestion.demo.simulation.journeys import Journeys, build_journeys
from ingestion.demo.simulation.pricing import Prices, build_prices
from ingestion.demo.simulation.promotions import Promotion, promotions
from ingestion.demo.simulation.scenario import Scenario
from ingestion.demo.simulation.shoppers import Shoppers, build_shoppers


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
    happenings: Happenings
    journeys: Journeys


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
    happenings = build_happenings(scenario, sales)
    progress("orders placed", happenings.orders.height)
    journeys = build_journeys(scenario, delivery, happenings)
    return World(
        scenario, catalog, partners, prices, promoted, demand, delivery, shoppers, plans, stock, happenings, journeys
    )
