"""Who wants to buy when: customers by a BG/NBD process, guests, companies, and shoppers whom an ad brought.

Purchases happen in operational time: the clock of a store runs in proportion to its expected demand, so that
seasons, promotions and prices move everybody's purchases while each customer's process stays exactly BG/NBD
(Fader, Hardie, Lee 2005, "Counting Your Customers the Easy Way") on that clock.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from demo.world.ads import CAMPAIGNS, Delivery
from demo.world.demand import Demand
from demo.world.scenario import Flags, Floats, Ints, Scenario
from demo.world.stores import REGIONS, SERVED_FROM_SECOND, STORES, US

WEB, POS, MARKETPLACE, B2B = 0, 1, 2, 3
SOURCE_NAMES = ("web", "pos", "marketplace-connect", "shopify_draft_order")


@dataclass(frozen=True)
class BuyingParameters:
    """The true parameters, rates per operational time of the whole world (multiply alpha by days for days).

    Attributes:
        r, alpha: purchase rate ~ Gamma(r, rate alpha).
        a, b: dropout after each purchase ~ Beta(a, b).
        p, q, gamma: relative order value of a purchase ~ Gamma(p, rate v), v ~ Gamma(q, rate gamma)
            (Gamma-Gamma, Fader and Hardie 2013).
    """

    r: float = 0.75
    alpha: float = 0.096
    a: float = 0.9
    b: float = 4.5
    p: float = 6.0
    q: float = 4.0
    gamma: float = 0.5


PARAMETERS = BuyingParameters()
GUEST_SHARE = 0.17
EARLY_SHARE, EARLY_HASTE = 0.35, 8.0
SERIAL_RETURNERS = 0.02
COMPANY_RATE = 2.5
"""How much more often companies buy."""
_HOURS_WEB = np.array([2, 1, 1, 0.5, 0.5, 1, 2, 3, 4, 5, 5.5, 6, 6.5, 6, 5.5, 5.5, 5.5, 6, 7, 8.5, 9, 8, 6, 4])
_HOURS_POS = np.array([0] * 10 + [3, 5, 8, 8, 7, 7, 8, 9, 8, 4] + [0] * 4, dtype=float)
_HOURS_B2B = np.array([0] * 8 + [3, 6, 7, 6, 3, 5, 7, 6, 4, 1] + [0] * 6, dtype=float)


@dataclass(frozen=True)
class Customers:
    """Customer accounts as arrays.

    Attributes:
        company: whether it is a B2B account.
        rate, dropout, value: the true BG/NBD and Gamma-Gamma parameters drawn for each.
    """

    store: Ints
    region: Ints
    company: Flags
    serial_returner: Flags
    acquired_by: Ints
    rate: Floats
    dropout: Floats
    value: Floats


@dataclass(frozen=True)
class Shoppers:
    """Customers and the purchases that they set out to make.

    ``wishes``: one row per purchase, by time: store, day, second, ts, source, customer (-1: guest), guest, region,
    location, campaign (-1: no ad caused it), value (relative order value).
    """

    customers: Customers
    wishes: pl.DataFrame


def draw_hours(rng: np.random.Generator, source: Ints) -> Ints:
    """Seconds of the local day by each source's opening or browsing hours."""
    second = np.empty(len(source), dtype=np.int64)
    for kind, profile in ((WEB, _HOURS_WEB), (POS, _HOURS_POS), (MARKETPLACE, _HOURS_WEB), (B2B, _HOURS_B2B)):
        here = source == kind
        hours = rng.choice(24, here.sum(), p=profile / profile.sum())
        second[here] = hours * 3600 + rng.integers(0, 3600, here.sum())
    return second


def build_shoppers(scenario: Scenario, demand: Demand, delivery: Delivery) -> Shoppers:
    """Draws every purchase wish of the world."""
    rng = scenario.rng("shoppers")
    clock = np.cumsum(demand.intensity, axis=1)
    clock = np.concatenate([np.zeros((2, 1)), clock / clock[:, -1:]], axis=1)

    campaign, ad_day = np.nonzero(delivery.caused)
    times = delivery.caused[campaign, ad_day]
    campaign, ad_day = np.repeat(campaign, times), np.repeat(ad_day, times)
    ad_store = np.array([c.store for c in CAMPAIGNS])[campaign]

    customers, first, taken = _draw_customers(scenario, rng, clock, campaign, ad_day, ad_store)
    account, moment = _draw_purchases(rng, customers, first)
    store = customers.store[account]
    day = _day_of(clock, store, moment)
    caused_by = np.where(np.arange(len(account)) < len(first), customers.acquired_by[account], -1)

    own_store, own_day = _draw_guests(scenario, rng, demand)
    guest_store, guest_day = np.r_[own_store, ad_store[~taken]], np.r_[own_day, ad_day[~taken]]
    guest_campaign = np.r_[np.full(len(own_store), -1), campaign[~taken]]
    guests = len(guest_store)
    everyone = pl.DataFrame(
        {
            "store": np.r_[store, guest_store],
            "day": np.r_[day, guest_day],
            "customer": np.r_[account, np.full(guests, -1)],
            "campaign": np.r_[caused_by, guest_campaign],
        }
    )
    return Shoppers(customers, _complete(scenario, rng, customers, everyone))


def _draw_customers(
    scenario: Scenario, rng: np.random.Generator, clock: Floats, campaign: Ints, ad_day: Ints, ad_store: Ints
) -> tuple[Customers, Floats, Flags]:
    """Accounts with their parameters, the operational time of each one's first purchase, and which caused orders
    those first purchases are."""
    n = scenario.customers
    store = (rng.random(n) > US.share).astype(np.int64)
    parameters = PARAMETERS
    rate = rng.gamma(parameters.r, 1 / parameters.alpha, n)
    dropout = rng.beta(parameters.a, parameters.b, n)
    value = rng.gamma(parameters.q, 1 / parameters.gamma, n)
    # Many accounts come early, as when a running business opens its shop; growth is the trend's part.
    early = rng.random(n) < EARLY_SHARE
    first = np.where(early, rng.beta(1, EARLY_HASTE, n), rng.random(n))

    acquired_by = np.full(n, -1, dtype=np.int64)
    used = np.zeros(len(campaign), dtype=bool)
    for index in (0, 1):
        accounts = np.flatnonzero((store == index) & ~early)
        orders = np.flatnonzero(ad_store == index)
        size = min(round(0.6 * len(orders)), round(0.6 * len(accounts)))
        chosen = rng.choice(orders, size, replace=False)
        used[chosen] = True
        acquired_by[accounts[:size]] = campaign[chosen]
        day = ad_day[chosen]
        first[accounts[:size]] = (clock[index, day] + clock[index, day + 1]) / 2
    company = np.zeros(n, dtype=bool)
    company[rng.choice(n, max(3, round(0.005 * n)), replace=False)] = True
    company &= acquired_by < 0
    rate[company] *= COMPANY_RATE
    region = _draw_regions(rng, store)
    serial = rng.random(n) < SERIAL_RETURNERS
    return Customers(store, region, company, serial, acquired_by, rate, dropout, value), first, used


def _draw_regions(rng: np.random.Generator, store: Ints) -> Ints:
    region = np.empty(len(store), dtype=np.int64)
    offset = 0
    for index, shop in enumerate(STORES):
        here = store == index
        weights = np.array([r.weight for r in shop.regions])
        region[here] = offset + rng.choice(len(weights), here.sum(), p=weights / weights.sum())
        offset += len(weights)
    return region


def _draw_purchases(rng: np.random.Generator, customers: Customers, first: Floats) -> tuple[Ints, Floats]:
    """Accounts and operational times of every purchase; the first purchases lead."""
    account, moment = np.arange(len(first)), first
    accounts, moments = [account], [moment]
    while len(account):
        alive = rng.random(len(account)) >= customers.dropout[account]
        account, moment = account[alive], moment[alive]
        moment = moment + rng.exponential(1, len(account)) / customers.rate[account]
        inside = moment < 1
        account, moment = account[inside], moment[inside]
        accounts.append(account)
        moments.append(moment)
    return np.concatenate(accounts).astype(np.int64), np.concatenate(moments)


def _day_of(clock: Floats, store: Ints, moment: Floats) -> Ints:
    day = np.empty(len(store), dtype=np.int64)
    for index in (0, 1):
        here = store == index
        day[here] = np.searchsorted(clock[index], moment[here], side="right") - 1
    return np.clip(day, 0, clock.shape[1] - 2)


def _draw_guests(scenario: Scenario, rng: np.random.Generator, demand: Demand) -> tuple[Ints, Ints]:
    """Store and day of purchases without an account that no ad caused."""
    mean = GUEST_SHARE * scenario.orders * demand.intensity / demand.intensity.sum()
    counts = rng.poisson(mean)
    store, day = np.nonzero(counts)
    times = counts[store, day]
    return np.repeat(store, times), np.repeat(day, times)


def _complete(scenario: Scenario, rng: np.random.Generator, customers: Customers, rows: pl.DataFrame) -> pl.DataFrame:
    """Adds source, time, place and order value to purchases."""
    store, day = rows["store"].to_numpy(), rows["day"].to_numpy()
    account, campaign = rows["customer"].to_numpy(), rows["campaign"].to_numpy()
    guest = account < 0
    n = len(store)
    draw = rng.random(n)
    source = np.where(guest & (campaign < 0) & (draw < 0.30), MARKETPLACE, WEB)
    in_shop = (campaign < 0) & (store == 0) & (draw >= 0.30) & (draw < np.where(guest, 0.58, 0.45))
    source[in_shop] = POS
    source[~guest & customers.company[account]] = B2B
    second = draw_hours(rng, source)

    region = _draw_regions(rng, store)
    region[~guest] = customers.region[account[~guest]]
    region[source == POS] = 0
    served_from_second = np.array([r.country in SERVED_FROM_SECOND for r in REGIONS])[region]
    second_location = (source == POS) | ((store == 1) & served_from_second) | ((store == 1) & (source == MARKETPLACE))
    parameters = PARAMETERS
    v = np.where(guest, rng.gamma(parameters.q, 1 / parameters.gamma, n), customers.value[account])
    value = rng.gamma(parameters.p, 1 / v)
    mean = parameters.p * parameters.gamma / (parameters.q - 1)

    frame = rows.with_columns(
        second=second,
        ts=scenario.utc(store, day, second),
        source=source,
        region=region,
        location=store * 2 + second_location,
        value=value / mean,
    ).sort("ts", "store", "customer", "second", maintain_order=True)
    return frame.with_columns(guest=_guest_identities(rng, frame["customer"].to_numpy()))


def _guest_identities(rng: np.random.Generator, customer: Ints) -> Ints:
    """The identity behind the e-mail of each guest purchase: a quarter of them bought before as the same guest.

    -1 for customers; -2 - c for a guest purchase under the e-mail of customer account c.
    """
    identity = np.full(len(customer), -1, dtype=np.int64)
    guest = np.flatnonzero(customer < 0)
    number = np.arange(len(guest))
    again = rng.random(len(guest)) < 0.25
    chosen = np.where(again, (rng.random(len(guest)) * np.maximum(number, 1)).astype(np.int64), number)
    accounts = customer[customer >= 0]
    known = (rng.random(len(guest)) < 0.05) & (len(accounts) > 0)
    someone = accounts[(rng.random(len(guest)) * len(accounts)).astype(np.int64)] if len(accounts) else number
    identity[guest] = np.where(known, -2 - someone, chosen)
    return identity
