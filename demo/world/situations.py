"""How often things go otherwise than planned in the simulated business: each rate in one place, with its source.

Where nobody publishes a rate the docstring says so, and the rate is chosen so that a shop of the demo's size meets the
situation a few times a month.
"""

from __future__ import annotations

from datetime import date

SHORT_REFUND_RATE = 0.015
"""Share of refunded returns of which less is paid back than came back, without an adjustment that says why.

That it happens: community.shopify.com, "How can I understand refund reconciliation in REST API?" (226298). No rate is
published."""

SHORT_REFUND_CENTS = 400
"""What is kept back: the 4 euros of that thread (265 came back, 261 were paid)."""

FAILED_REFUND_RATE = 0.008
"""Share of refunds that the customer's bank sends back: card replaced, account closed (docs.stripe.com/refunds,
"failed refunds"). No rate is published."""

SLOW_REFUND_RATE = 0.15
"""Share of refunds by methods that do not confirm at once: bank transfers, debits, delayed payment. No rate is
published: it is the share of such methods among a shop's payments."""

SLOW_REFUND_DAYS = (5, 10)
"""Days that such a refund stays pending: 5 to 10 business days (docs.stripe.com/refunds, "refund timing")."""

STORE_CREDIT_EVERY = 20
"""One refund in so many is given as store credit, and pays for the customer's next purchase. No rate is published
beyond single merchants' announcements."""

RETURN_FEE_RATE = 0.81
"""Share of merchants, and here of returns by changed mind, that are charged for the way back (Happy Returns, State of
Returns 2023: 81 %). Goods at fault are sent back for nothing."""

RETURN_FEE_CENTS = 599
"""What the way back costs: 5.99, as H&M charges in the US (CNN, January 2023)."""

CANADIAN_WEIGHT = 4.0
"""Weight of Canadians among the US store's customers, whose other weights sum to 98. Across its merchants Shopify
states 15 % of sales to be cross-border (results of the second quarter of 2025); this shop sells to one country
beside its own."""

CANADIAN_DUTY = 1800
"""Customs duty on clothing and shoes in basis points: Canada's most-favoured-nation rate of most of chapter 62 (Customs
Tariff, 18 %). The shop sells delivered duty paid."""

DUTIABLE_CATEGORIES = (0, 1, 2, 3)
"""Indexes of the categories that are clothing or shoes."""

DELIVERY_FEE_CENTS = ((2022, 27), (2023, 28), (2024, 29), (2025, 28))
"""Colorado's retail delivery fee in cents, from the first of July of a year (tax.colorado.gov/retail-delivery-fee-
rates)."""

DAMAGED_RATE = 0.004
"""Share of units on the shelf that are set aside as damaged. No rate is published."""

QUALITY_CONTROL_RATE = 0.002
"""Share of units on the shelf that wait for inspection. No rate is published."""

RESERVED_RATE = 0.003
"""Share of units on the shelf that are held for draft orders (help.shopify.com, "Reserving inventory"). No rate is
published."""

SAFETY_STOCK_SHARE = 0.02
"""Share of stocked articles of which a unit is withheld from sale as safety stock. No rate is published."""

RETURNING_VISIT_RATE = 0.45
"""Probability that a visit before an order had one more before it, so that paths shorten geometrically. No rate is
published for shops of this size."""

MOST_VISITS = 9
"""Visits of the longest path to an order."""

DELETED_AD_SHARE = 0.06
"""Share of a campaign's cost that an ad had which was deleted later: reports by ad leave it out and the account's total
keeps it. No rate is published."""

TRADE_ORDERS_SHARE = 0.03
"""Invoices of the trade business for an order of the stores: a side business. No rate is published."""

CREDIT_NOTE_RATE = 0.06
"""Share of the trade business's documents that are credit notes: they name no invoice. No rate is published."""

DRAFT_RATE = 0.03
"""Share of invoices that are drafts or voided when the file is written. No rate is published."""

RESENT_RATE = 0.05
"""Share of invoices that a later file holds again, with a line less. No rate is published."""

DOUBLED_LINE_RATE = 0.01
"""Share of lines that are keyed in twice. No rate is published for invoices."""

SHOP_CURRENCY_DAYS = 14
"""Days for which the European store was kept in US dollars, a new Shopify store's currency, before it changed to
euros. Once is enough."""

CANCELLED_LABEL_EVERY = 150
"""One parcel in so many was labelled wrongly first, and that fulfilment cancelled. No rate is published."""

SOURCES_OF_WEB_ORDERS = (
    ("iphone", 0.05),
    ("android", 0.03),
    ("instagram", 0.02),
    ("facebook", 0.015),
    ("tiktok", 0.01),
    ("phone", 0.01),
)
"""Shares of online orders that come by an app, by a social network's shop or by telephone, and Shopify's names of these
sources; the rest comes by the site. No rate is published for shops of this size."""

HAND_EDIT_RATE = 0.01
"""Share of stocked articles and places whose stock somebody has corrected in the shop's admin without a count that
tells of it. No rate is published; records of stock are wrong far more often (DeHoratius and Raman 2008, "Inventory
Record Inaccuracy", Management Science 54: 65 % of 370,000)."""

HAND_EDIT_DAYS = 40
"""Days before today over which these corrections are spread. No rate is published."""

SURVEY_REVISION = 0.004
"""Standard deviation by which a survey's newest month is off what the next release says of it. That it is told again:
census.gov, "How surveys are collected" of the Advance Monthly Retail Trade Survey. No rate by kind of business is
published."""

CASH_ROUNDED_FROM = date(2025, 11, 13)
"""Day from which the till rounds cash to the coin of five cents: the last circulating cent was struck the day before
(US Mint, 12 November 2025)."""

SMALLEST_COIN_CENTS = 5
"""The smallest coin in the till since then: the nickel."""
