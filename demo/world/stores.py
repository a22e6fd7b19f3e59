"""The two shops, their places, and the regions that they sell to with their taxes."""

from __future__ import annotations

from dataclasses import dataclass

from demo.world.situations import CANADIAN_DUTY, CANADIAN_WEIGHT


@dataclass(frozen=True)
class Location:
    """Where stock lies."""

    name: str
    address: str
    city: str
    province: str | None
    country: str
    zip: str
    third_party: bool
    ships_online_orders: bool


@dataclass(frozen=True)
class Region:
    """A city that customers live in.

    Attributes:
        taxes: (title, rate in basis points); inclusive VAT where the store's prices include tax.
        shipping_taxed: whether the tax is due on shipping too.
        weight: share of the store's customers, relative.
        currency: in which its customers pay, where it is not the store's.
        duty: customs duty on dutiable goods in basis points, charged with the order.
        delivery_fee: whether a fee of the region is due on each delivery.
    """

    city: str
    province: str | None
    country: str
    zips: tuple[str, ...]
    taxes: tuple[tuple[str, int], ...]
    shipping_taxed: bool
    weight: float
    currency: str | None = None
    duty: int = 0
    delivery_fee: bool = False


@dataclass(frozen=True)
class Store:
    """A shop. The first location receives purchase orders, the second is replenished by transfers."""

    store_id: str
    name: str
    domain: str
    currency: str
    timezone: str
    taxes_included: bool
    share: float
    locations: tuple[Location, Location]
    regions: tuple[Region, ...]


def _vat(country: str, basis_points: int) -> tuple[tuple[str, int], ...]:
    return ((f"{country} VAT", basis_points),)


_NY = (("New York State Tax", 400), ("New York City Tax", 450))

US = Store(
    "aurora_us",
    "Aurora Outfitters",
    "aurora-us.myshopify.com",
    "USD",
    "America/New_York",
    taxes_included=False,
    share=0.62,
    locations=(
        Location("Warehouse New Jersey", "1 Port Road", "Newark", "NJ", "US", "07114", False, True),
        Location("Flagship Store New York", "12 Mercer Street", "New York", "NY", "US", "10013", False, False),
    ),
    regions=(
        Region("New York", "NY", "US", ("10001", "10013", "10025", "11201"), _NY, True, 18),
        Region("Newark", "NJ", "US", ("07102", "07114"), (("New Jersey State Tax", 663),), True, 7),
        Region(
            "Los Angeles",
            "CA",
            "US",
            ("90012", "90026", "90210"),
            (("California State Tax", 725), ("Los Angeles County Tax", 225)),
            False,
            13,
        ),
        Region(
            "San Francisco",
            "CA",
            "US",
            ("94103", "94110"),
            (("California State Tax", 725), ("San Francisco County Tax", 138)),
            False,
            8,
        ),
        Region(
            "Chicago", "IL", "US", ("60607", "60614"), (("Illinois State Tax", 625), ("Chicago City Tax", 400)), True, 9
        ),
        Region("Austin", "TX", "US", ("73301", "78704"), (("Texas State Tax", 625), ("Austin City Tax", 200)), True, 8),
        Region("Miami", "FL", "US", ("33101", "33139"), (("Florida State Tax", 600), ("Miami-Dade Tax", 100)), True, 7),
        Region(
            "Seattle",
            "WA",
            "US",
            ("98101", "98115"),
            (("Washington State Tax", 650), ("Seattle City Tax", 370)),
            True,
            7,
        ),
        Region("Boston", "MA", "US", ("02108", "02139"), (("Massachusetts State Tax", 625),), False, 7),
        Region(
            "Denver",
            "CO",
            "US",
            ("80202", "80211"),
            (("Colorado State Tax", 290), ("Denver City Tax", 515)),
            True,
            6,
            delivery_fee=True,
        ),
        Region("Portland", "OR", "US", ("97205", "97214"), (), False, 5),
        Region("Wilmington", "DE", "US", ("19801",), (), False, 3),
        Region(
            "Toronto",
            "ON",
            "CA",
            ("M5V 2T6",),
            (),
            False,
            CANADIAN_WEIGHT,
            currency="CAD",
            duty=CANADIAN_DUTY,
        ),
    ),
)

EU = Store(
    "aurora_eu",
    "Aurora Europa",
    "aurora-eu.myshopify.com",
    "EUR",
    "Europe/Berlin",
    taxes_included=True,
    share=0.38,
    locations=(
        Location("Warehouse Berlin", "Hafenplatz 5", "Berlin", None, "DE", "10963", False, True),
        Location("3PL Rotterdam", "Waalhaven 44", "Rotterdam", None, "NL", "3089", True, True),
    ),
    regions=(
        Region("Berlin", None, "DE", ("10115", "10243", "10961"), _vat("DE", 1900), True, 22),
        Region("Hamburg", None, "DE", ("20095", "22765"), _vat("DE", 1900), True, 13),
        Region("München", None, "DE", ("80331", "81667"), _vat("DE", 1900), True, 14),
        Region("Wien", None, "AT", ("1010", "1070"), _vat("AT", 2000), True, 8),
        Region("Paris", None, "FR", ("75003", "75011"), _vat("FR", 2000), True, 13),
        Region("Lyon", None, "FR", ("69001",), _vat("FR", 2000), True, 5),
        Region("Amsterdam", None, "NL", ("1012", "1071"), _vat("NL", 2100), True, 10),
        Region("Bruxelles", None, "BE", ("1000", "1050"), _vat("BE", 2100), True, 5),
        Region("Madrid", None, "ES", ("28004",), _vat("ES", 2100), True, 5),
        Region("Milano", None, "IT", ("20121",), _vat("IT", 2200), True, 5),
    ),
)

STORES: tuple[Store, Store] = (US, EU)
LOCATIONS: tuple[Location, ...] = US.locations + EU.locations
"""In the order of location indexes: store 0 has 0 and 1, store 1 has 2 and 3."""
CLOSED_LOCATION = Location("Pop-up Brooklyn", "88 Wythe Avenue", "New York", "NY", "US", "11249", False, False)
"""A place of the first store that was closed before the world begins: it is listed, and nothing lies there."""
REGIONS: tuple[Region, ...] = US.regions + EU.regions
SERVED_FROM_SECOND = ("FR", "NL", "BE")
"""Countries whose online orders the second location of the store ships."""
FIRST_CURRENCY = ("USD", "USD")
"""Currency that each store was kept in at first: for ``SHOP_CURRENCY_DAYS`` days."""
