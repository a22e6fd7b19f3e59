"""Every mapping that ships, on a small file in the shape that the program writes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from ingestion.sources.files.inputs import assigned
from ingestion.sources.files.mapping import SHIPPED, MappingError, find_mapping, shipped_mappings
from ingestion.sources.files.templates import template
from ingestion.sources.files.validate import Validated, validate
from tests.support.files import TODAY, reasons

SAMPLES = Path(__file__).parent / "samples"
BERLIN = {"store_id": "shop", "timezone": "Europe/Berlin"}
LINE = ("order_id", "entry_type", "line_type", "sku", "quantity", "amount", "line_discount_amount", "line_tax_amount")


def read(mapping: str, folder: Path, files: dict[str, str], **given: str) -> Validated:
    """Holds files to a mapping that ships."""
    paths = []
    for name, text in files.items():
        paths.append(folder / name)
        paths[-1].write_text(text, encoding="utf-8")
    chosen = find_mapping(mapping, given)
    contents = {name: (path, path.read_bytes()) for name, path in assigned(paths, chosen).items()}
    return validate(contents, template(chosen.template), chosen, {}, TODAY)


def rows(validated: Validated) -> pl.DataFrame:
    """What is accepted."""
    assert not validated.reasons, list(validated.reasons.lines())
    return pl.DataFrame(validated.rows)


def lines(validated: Validated) -> list[tuple[object, ...]]:
    """Lines of orders with their money before discounts, as plain numbers."""
    frame = rows(validated).with_columns(
        pl.coalesce("line_total", pl.col("quantity") * pl.col("unit_price")).alias("amount")
    )
    numbers = pl.col("quantity", "amount", "line_discount_amount", "line_tax_amount").cast(pl.Float64).round(4)
    return frame.select(LINE).with_columns(numbers).rows()


def test_every_mapping_has_a_test_here_or_of_its_own() -> None:
    told = Path(__file__).read_text() + (Path(__file__).parent / "test_census_history.py").read_text()
    told += (Path(__file__).parent / "test_online_retail.py").read_text()
    assert [name for name in shipped_mappings() if f'"{name}"' not in told] == []


def test_a_mapping_asks_for_what_its_file_leaves_open() -> None:
    with pytest.raises(MappingError, match=r"shopify_orders_export.sql, line \d+: say --set store_id=\.\.\."):
        find_mapping("shopify_orders_export")
    assert all("description:" in path.read_text() for path in SHIPPED.glob("*.sql"))


def test_shopify_orders(tmp_path: Path) -> None:
    export = (SAMPLES / "shopify_orders_export.csv").read_text()
    validated = read("shopify_orders_export", tmp_path, {"orders_export_1.csv": export}, **BERLIN)
    assert lines(validated) == [
        ("#1001", "sale", "product", "Mask", 1, 34.9, 3.49, 5.23),
        ("#1001", "sale", "product", "SOAP-1", 2, 25, 2.5, 3.75),
        ("#1002", "sale", "product", "SOAP-1", 2, 25, 0, 4.16),
        ("#1002", "sale", "shipping", None, 1, 4.9, 0, 0.82),
        ("#1002", "return", "product", None, 0, -12.5, 0, 2.08),
        ("#1003", "sale", "product", "SOAP-1", 1, 12.5, 0, 2.08),
        ("#1003", "cancellation", "product", "SOAP-1", -1, -12.5, 0, 2.08),
    ]
    frame = rows(validated)
    assert frame["prices_include_tax"].unique().to_list() == [True]
    assert frame["ordered_at"].to_list()[2] == datetime(2025, 10, 8, 0, 30)
    assert frame["ordered_at"].to_list()[-1] == datetime(2025, 10, 9, 11)
    assert frame["zip"].to_list()[0] == "75008"


def test_shopify_orders_whose_total_is_of_other_parts_are_a_question(tmp_path: Path) -> None:
    export = (SAMPLES / "shopify_orders_export.csv").read_text().replace("8.98,53.91,WELCOME10", "8.98,54.00,WELCOME10")
    validated = read("shopify_orders_export", tmp_path, {"orders_export_1.csv": export}, **BERLIN)
    assert "a Total of Subtotal, Shipping, Duties, Tip and, if prices are net, Taxes; order #1001" in next(
        validated.reasons.lines()
    )


def test_shopify_products(tmp_path: Path) -> None:
    file = """\
Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Image Src,Cost per item,Status
tee,Tee,<p>soft</p>,Leaf,Apparel > Shirts,Shirts,,true,Size,S,'TEE-S,20.00,a.png,7.50,active
tee,,,,,,,,,M,TEE-M,20.00,b.png,8.00,active
tee,,,,,,,,,,,,c.png,,
"""
    frame = rows(
        read(
            "shopify_products_export",
            tmp_path,
            {"products_export_1.csv": file},
            valid_from="2026-01-01",
            currency="EUR",
        )
    )
    assert frame.select("sku", "valid_from", "name", "category", "brand", "unit_cost", "currency").rows() == [
        ("TEE-S", date(2026, 1, 1), "Tee", "Shirts", "Leaf", Decimal("7.5"), "EUR"),
        ("TEE-M", date(2026, 1, 1), "Tee", "Shirts", "Leaf", Decimal(8), "EUR"),
    ]


def test_shopify_inventory(tmp_path: Path) -> None:
    file = """\
Handle,Title,Option1 Name,Option1 Value,SKU,HS Code,COO,Location,Bin name,Incoming,Unavailable,Committed,Available,On hand (current),On hand (new)
tee,Tee,Size,S,TEE-S,,,Main,,0,0,1,4,5,
tee,Tee,Size,S,TEE-S,,,Shop,,,,,,not stocked,
tee,Tee,Size,M,TEE-M,,,Main,,0,0,0,3,3,
"""
    given = {"store_id": "shop", "counted_at": "2026-01-31 20:00"}
    frame = rows(read("shopify_inventory_export", tmp_path, {"inventory_export_1.csv": file}, **given))
    assert frame.select("location", "sku", "counted_at", "counted_quantity").rows() == [
        ("Main", "TEE-S", datetime(2026, 1, 31, 20), 5),
        ("Main", "TEE-M", datetime(2026, 1, 31, 20), 3),
    ]


def test_woocommerce_orders(tmp_path: Path) -> None:
    file = """\
order_id,order_number,order_date,status,shipping_total,shipping_tax_total,fee_total,fee_tax_total,tax_total,discount_total,order_total,refunded_total,order_currency,payment_method,customer_id,billing_email,billing_country,shipping_country,shipping_city,shipping_postcode,item_id,item_product_id,item_name,item_sku,item_quantity,item_subtotal,item_subtotal_tax,item_total,item_total_tax,item_refunded,item_refunded_qty
71,1071,2025-10-07 09:50:26,completed,4.00,0.76,0.00,0.00,6.46,5.00,40.46,0.00,EUR,stripe,12,ann@example.com,DE,DE,Berlin,10115,1,9,Mug,MUG,2,20.00,3.80,15.00,2.85,7.50,-1
71,1071,2025-10-07 09:50:26,completed,4.00,0.76,0.00,0.00,6.46,5.00,40.46,0.00,EUR,stripe,12,ann@example.com,DE,DE,Berlin,10115,2,8,Lamp,LAMP,1,15.00,2.85,15.00,2.85,0.00,0
72,1072,2025-10-08 10:00:00,cancelled,0.00,0.00,0.00,0.00,1.90,0.00,11.90,0.00,EUR,stripe,0,bob@example.com,DE,DE,Berlin,10115,3,9,Mug,MUG,1,10.00,1.90,10.00,1.90,0.00,0
73,1073,2025-10-09 10:00:00,pending,0.00,0.00,0.00,0.00,1.90,0.00,11.90,0.00,EUR,stripe,0,cy@example.com,DE,DE,Berlin,10115,4,9,Mug,MUG,1,10.00,1.90,10.00,1.90,0.00,0
"""
    validated = read("woocommerce_orders_export", tmp_path, {"orders.csv": file}, **BERLIN)
    assert lines(validated) == [
        ("1071", "sale", "product", "MUG", 2, 20, 5, 2.85),
        ("1071", "sale", "shipping", None, 1, 4, 0, 0.76),
        ("1071", "return", "product", "MUG", -1, -7.5, 0, 1.43),
        ("1071", "sale", "product", "LAMP", 1, 15, 0, 2.85),
        ("1072", "sale", "product", "MUG", 1, 10, 0, 1.9),
        ("1072", "cancellation", "product", "MUG", -1, -10, 0, 1.9),
    ]
    unknown = file.replace("completed", "wc-packing")
    assert reasons(read("woocommerce_orders_export", tmp_path, {"orders.csv": unknown}, **BERLIN)) == [
        (2, "status", "wc-packing"),
        (3, "status", "wc-packing"),
    ]


def test_amazon_all_orders(tmp_path: Path) -> None:
    columns = (
        "amazon-order-id merchant-order-id purchase-date last-updated-date order-status fulfillment-channel "
        "sales-channel product-name sku asin item-status quantity currency item-price item-tax shipping-price "
        "shipping-tax item-promotion-discount ship-promotion-discount ship-city ship-postal-code ship-country"
    )
    cells = [
        '1-1||2025-10-07T22:30:00+00:00||Shipped|Amazon|Amazon.de|TV 55" black|TV|B0|Shipped|2|EUR|200.00|31.93|5.00|'
        "0.80|10.00|5.00|Berlin|10115|DE",
        "1-2||2025-10-08T08:00:00+00:00||Cancelled|Amazon|Amazon.de|Mug|MUG|B1|Cancelled|0||||||||Berlin|10115|DE",
    ]
    file = "\n".join([columns.replace(" ", "\t"), *(cell.replace("|", "\t") for cell in cells), ""])
    validated = read("amazon_all_orders", tmp_path, {"all_orders.txt": file}, **BERLIN, prices_include_tax="true")
    assert lines(validated) == [
        ("1-1", "sale", "product", "TV", 2, 200, 10, 31.93),
        ("1-1", "sale", "shipping", None, 1, 5, 5, 0.8),
    ]
    frame = rows(validated)
    assert frame.select("store_id", "product_name", "ordered_at").row(0) == (
        "shop-eur",
        'TV 55" black',
        datetime(2025, 10, 8, 0, 30),
    )


def test_amazon_settlement(tmp_path: Path) -> None:
    columns = (
        "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type "
        "order-id merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount "
        "fulfillment-id posted-date posted-date-time order-item-code sku quantity-purchased"
    )
    cells = [
        "S1|2025-10-01|2025-10-14|2025-10-16|150.00|EUR|||||||||||||||",
        "S1||||||Order|1-1||||Amazon.de|ItemPrice|Principal|190.00||2025-10-07|2025-10-07 22:30:00 UTC||TV|2",
        "S1||||||Order|1-1||||Amazon.de|ItemPrice|Shipping|5.00||2025-10-07|2025-10-07 22:30:00 UTC||TV|2",
        "S1||||||Order|1-1||||Amazon.de|Promotion|Shipping|-5.00||2025-10-07|2025-10-07 22:30:00 UTC||TV|2",
        "S1||||||Order|1-1||||Amazon.de|ItemFees|Commission|-28.50||2025-10-07|2025-10-07 22:30:00 UTC||TV|2",
        "S1||||||Refund|1-1||||Amazon.de|ItemPrice|Principal|-95.00||2025-10-10|2025-10-10 08:00:00 UTC||TV|1",
        "S1||||||Refund|1-1||||Amazon.de|ItemFees|Commission|11.25||2025-10-10|2025-10-10 08:00:00 UTC||TV|1",
        "S1||||||other-transaction|||||Amazon.de|other-transaction|Subscription Fee|-39.00||2025-10-11|"
        "2025-10-11 08:00:00 UTC|||",
    ]
    file = "\n".join([columns.replace(" ", "\t"), *(cell.replace("|", "\t") for cell in cells), ""])
    frame = rows(read("amazon_settlement", tmp_path, {"settlement.txt": file}, **BERLIN))
    assert frame.select("payment_id", "payment_type", "paid_at", "amount", "fee_amount", "store_id").rows() == [
        ("S1-1-1-payment", "payment", datetime(2025, 10, 8, 0, 30), Decimal(190), Decimal("28.5"), "shop-eur"),
        ("S1-1-1-refund", "refund", datetime(2025, 10, 10, 10), Decimal(95), Decimal("-11.25"), "shop-eur"),
    ]


EBAY = """\

Sales Record Number,Order Number,Buyer Username,Buyer Name,Ship To City,Ship To Zip,Ship To Country,Item Number,Item Title,Custom Label,Quantity,Sold For,Shipping And Handling,Seller Collected Tax,eBay Collected Tax,Total Price,Sale Date
,,,,,,,,,,,,,,,,
101,12-34567-89012,buyer_1,Pat,Austin,78701,United States,,,,3,,$12.00,$0.00,$4.10,$83.98,Jul-21-25
101,12-34567-89012,buyer_1,Pat,Austin,78701,United States,335001,"Vintage Lamp, brass",LAMP,1,$45.99,$12.00,$0.00,$4.10,$62.09,Jul-21-25
101,12-34567-89012,buyer_1,Pat,Austin,78701,United States,335002,Cap,,2,$5.00,$0.00,$0.00,$0.00,$10.00,Jul-21-25

2,record(s) downloaded,from Jul-01-25 to Jul-31-25
Seller ID : shop
"""


def test_ebay_orders(tmp_path: Path) -> None:
    validated = read("ebay_orders", tmp_path, {"ebay-orders.csv": EBAY}, **BERLIN, currency="USD")
    assert lines(validated) == [
        ("12-34567-89012", "sale", "product", "LAMP", 1, 45.99, 0, 0),
        ("12-34567-89012", "sale", "shipping", None, 1, 12, 0, 0),
        ("12-34567-89012", "sale", "product", "335002", 2, 10, 0, 0),
    ]
    odd = read(
        "ebay_orders", tmp_path, {"ebay-orders.csv": EBAY.replace("$10.00,Jul", "$11.00,Jul")}, **BERLIN, currency="USD"
    )
    assert reasons(odd)[0] == (6, "Total Price", "$11.00")


def test_etsy_sold_items(tmp_path: Path) -> None:
    file = """\
Sale Date,Item Name,Buyer,Quantity,Price,Coupon Code,Coupon Details,Discount Amount,Shipping Discount,Order Shipping,Order Sales Tax,Item Total,Currency,Transaction ID,Listing ID,Date Paid,Date Shipped,Ship Name,Ship Address1,Ship Address2,Ship City,Ship State,Ship Zipcode,Ship Country,Order ID,Variations,Order Type,Listings Type,Payment Type,InPerson Discount,InPerson Location,VAT Paid by Buyer,SKU
09/14/26,"Rabbit, felt",marion,1,30.00,SPRING,,3.00,0,4.50,0.00,30.00,EUR,111,9,09/14/26,09/15/26,Marion B,,,Lyon,,69001,France,501,,online,listing,online_cc,,,,RABBIT
09/14/26,Fox,marion,2,10.00,,,0.00,0,4.50,0.00,20.00,EUR,112,10,09/14/26,09/15/26,Marion B,,,Lyon,,69001,France,501,,online,listing,online_cc,,,,
"""
    validated = read("etsy_sold_items", tmp_path, {"EtsySoldOrderItems2026-9.csv": file}, **BERLIN)
    assert lines(validated) == [
        ("501", "sale", "product", "RABBIT", 1, 30, 3, 0),
        ("501", "sale", "shipping", None, 1, 4.5, 0, 0),
        ("501", "sale", "product", "10", 2, 20, 0, 0),
    ]
    assert rows(validated)["ordered_at"].unique().to_list() == [datetime(2026, 9, 14)]


def test_square_item_sales(tmp_path: Path) -> None:
    file = """\
Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count,Itemization Type,Commission,Employee
2026-07-18,12:59:30,Eastern Time (US & Canada),Cheese,Comte,0.35,Regular,COMTE,,$7.00,-$1.00,$6.00,$0.53,T1,P1,iPad,,,Payment,Main,,C7,,,kg,1,Physical Good,$0.00,
2026-07-18,13:10:00,Eastern Time (US & Canada),Bread,Loaf,1.0,Large,,,$5.00,$0.00,$5.00,$0.00,T1,P1,iPad,,,Payment,Main,,C7,,,,1,Physical Good,$0.00,
2026-07-19,09:00:00,Eastern Time (US & Canada),Bread,Loaf,1.0,Large,,,-$5.00,$0.00,-$5.00,$0.00,T2,P2,iPad,,,Refund,Main,,C7,,,,1,Physical Good,$0.00,
"""
    given = {"store_id": "till", "timezone": "America/New_York", "currency": "USD"}
    validated = read("square_item_sales", tmp_path, {"items-2026-07-18-2026-07-19.csv": file}, **given)
    assert lines(validated) == [
        ("T1", "sale", "product", "COMTE", 0.35, 7, 1, 0.53),
        ("T1", "sale", "product", "Loaf, Large", 1, 5, 0, 0),
        ("T2", "return", "product", "Loaf, Large", -1, -5, 0, 0),
    ]


def test_lightspeed_vend_sales(tmp_path: Path) -> None:
    file = """\
Date,Receipt Number,Line Type,Customer Code,Customer Name,Note,Quantity,Subtotal,Sales Tax,Discount,Loyalty,Total,Paid,Details,Register,User,Status,Sku,AccountCodeSale,AccountCodePurchase
2025-10-07 10:00:00,41,Sale,ANN-1,Ann,,2,27.00,4.05,3.00,0,31.05,31.05,,Main,Kim,CLOSED,,,
,41,Sale Line,,,,1,18.00,2.70,2.00,0,20.70,,Mug,,,,MUG,,
,41,Sale Line,,,,1,9.00,1.35,1.00,0,10.35,,Cup,,,,CUP,,
,41,Payment,,,,,,,,,,31.05,Cash,,,,,,
2025-10-08 11:00:00,42,Sale,ANN-1,Ann,,-1,-18.00,-2.70,-2.00,0,-20.70,-20.70,,Main,Kim,CLOSED,,,
,42,Sale Line,,,,-1,-18.00,-2.70,-2.00,0,-20.70,,Mug,,,,MUG,,
2025-10-08 12:00:00,43,Sale,,,,1,20.00,3.00,0,0,23.00,,,Main,Kim,VOIDED,,,
,43,Sale Line,,,,1,20.00,3.00,0,0,23.00,,Mug,,,,MUG,,
"""
    validated = read("lightspeed_vend_sales", tmp_path, {"vend-sales.csv": file}, **BERLIN, currency="NZD")
    assert lines(validated) == [
        ("41", "sale", "product", "MUG", 1, 20, 2, 2.7),
        ("41", "sale", "product", "CUP", 1, 10, 1, 1.35),
        ("42", "return", "product", "MUG", -1, -20, 2, 2.7),
    ]


def test_xero_invoices(tmp_path: Path) -> None:
    header = (
        "ContactName,EmailAddress,POAddressLine1,POAddressLine2,POAddressLine3,POAddressLine4,POCity,PORegion,"
        "POPostalCode,POCountry,SAAddressLine1,SAAddressLine2,SAAddressLine3,SAAddressLine4,SACity,SARegion,"
        "SAPostalCode,SACountry,InvoiceNumber,Reference,InvoiceDate,DueDate,PlannedDate,Total,TaxTotal,"
        "InvoiceAmountPaid,InvoiceAmountDue,InventoryItemCode,Description,Quantity,UnitAmount,Discount,LineAmount,"
        "AccountCode,TaxType,TaxAmount,TrackingName1,TrackingOption1,TrackingName2,TrackingOption2,Currency,Type,"
        "Sent,Status"
    )
    party = "Kobe Ltd,a@kobe.example,,,,,Nelson,,7010,NZ,,,,,,,,"
    file = "\n".join(
        [
            header,
            f"{party},INV-1,,24/03/2026,23/04/2026,,46.0000,6.0000,46,0,COFFEE,Coffee,2.0000,15.0000,,30.0000,200,15%,4.50,,,,,NZD,Sales invoice,Sent,Paid",
            f"{party},INV-1,,24/03/2026,23/04/2026,,46.0000,6.0000,46,0,,Grinding,1.0000,10.0000,,10.0000,200,15%,1.50,,,,,NZD,Sales invoice,Sent,Paid",
            f"{party},CN-1,,25/03/2026,,,-17.2500,-2.2500,0,0,COFFEE,Coffee,1.0000,-15.0000,,-15.0000,200,15%,-2.25,,,,,NZD,Sales credit note,Sent,Paid",
            f"{party},INV-2,,26/03/2026,,,11.5000,1.5000,0,0,COFFEE,Coffee,1,11.5,,11.5,200,15%,1.50,,,,,NZD,Sales invoice,Sent,Paid",
            f"{party},INV-3,,26/03/2026,,,11.5000,1.5000,0,0,COFFEE,Coffee,1,11.5,,11.5,200,15%,1.50,,,,,NZD,Sales invoice,,Draft",
            "",
        ]
    )
    given = {"store_id": "books", "timezone": "Pacific/Auckland"}
    validated = read("xero_invoices", tmp_path, {"SalesInvoices.csv": file}, **given)
    assert lines(validated) == [
        ("INV-1", "sale", "product", "COFFEE", 2, 30, 0, 4.5),
        ("INV-1", "sale", "product", "Grinding", 1, 10, 0, 1.5),
        ("CN-1", "cancellation", "product", "COFFEE", -1, -15, 0, 2.25),
        ("INV-2", "sale", "product", "COFFEE", 1, 11.5, 0, 1.5),
    ]
    assert rows(validated)["prices_include_tax"].to_list() == [False, False, False, True]


ORDERS = "order_id,ordered_at,customer_email,country,shipping\n1,2025-10-07 10:00,ann@example.com,DE,4.90\n2,2025-10-08 11:00,,DE,\n"
LINES = "order_id,sku,quantity,unit_price,tax_rate\n1,MUG,2,10,0.19\n1,LAMP,1,40,0.19\n2,MUG,1,10,0.19\n"


def test_orders_in_one_file_and_lines_in_another(tmp_path: Path) -> None:
    files = {"order_lines.csv": LINES, "orders.csv": ORDERS}
    validated = read("generic_orders_and_lines", tmp_path, files, **BERLIN, currency="EUR")
    assert lines(validated) == [
        ("1", "sale", "product", "MUG", 2, 20, 0, None),
        ("1", "sale", "shipping", None, 1, 4.9, 0, None),
        ("1", "sale", "product", "LAMP", 1, 40, 0, None),
        ("2", "sale", "product", "MUG", 1, 10, 0, None),
    ]
    orphan = read(
        "generic_orders_and_lines",
        tmp_path,
        files | {"order_lines.csv": LINES + "3,MUG,1,10,0.19\n"},
        **BERLIN,
        currency="EUR",
    )
    [line] = orphan.reasons.lines()
    assert line.startswith("order_lines.csv, line 5, order_id: found '3', expected an order of this number")


def test_google_ads(tmp_path: Path) -> None:
    file = """\
Campaign report
"September 1, 2026 - September 2, 2026"
Day,Campaign,Campaign ID,Campaign type,Currency code,Impr.,Clicks,Cost,Conversions,Conv. value
2026-09-01,Brand,21,Search,USD,"1,204",41,"1,172.45",2.00,310.00
2026-09-02,Brand,21,Search,USD,410,52,54.20, --, --
Total: Campaigns,,,,USD,"1,614",93,"1,226.65",2.00,310.00
"""
    validated = read("google_ads_export", tmp_path, {"Campaign report.csv": file}, account_id="main")
    assert rows(validated).select("day", "campaign_id", "spend", "impressions", "conversions", "value").rows() == [
        (date(2026, 9, 1), "21", Decimal("1172.45"), 1204, 2.0, Decimal(310)),
        (date(2026, 9, 2), "21", Decimal("54.2"), 410, None, None),
    ]
    assert validated.notes[0] == 'line 6 left out: like ^"?Total'


def test_meta_ads(tmp_path: Path) -> None:
    file = """\
Reporting starts,Reporting ends,Campaign name,Ad set name,Amount spent (EUR),Impressions,Link clicks,Purchases,Purchases conversion value
2026-09-01,2026-09-01,Launch,Prospecting,120.00,3000,61,2,90.00
2026-09-01,2026-09-01,Launch,Retargeting,80.50,1000,20,,
"""
    validated = read("meta_ads_export", tmp_path, {"meta.csv": file}, account_id="main")
    assert rows(validated).select("campaign_id", "spend", "currency", "clicks", "conversions", "value").rows() == [
        ("Launch", Decimal("200.5"), "EUR", 81, 2.0, Decimal(90)),
    ]
    period = read(
        "meta_ads_export", tmp_path, {"meta.csv": file.replace("01,2026-09-01", "01,2026-09-30")}, account_id="main"
    )
    assert reasons(period)[0] == (2, "Reporting ends", "2026-09-30")


def test_a_sheet_of_spend(tmp_path: Path) -> None:
    file = "Platform,Campaign,Date,Spend,Currency\nPinterest Ads,Autumn,2026-09-01,40,EUR\nRadio,Autumn,2026-09-01,200,EUR\n"
    validated = read("ad_spend_sheet", tmp_path, {"ad_spend.csv": file})
    assert rows(validated).select("platform", "account_id", "spend", "clicks").rows() == [
        ("pinterest_ads", "main", Decimal(40), None),
        ("radio", "main", Decimal(200), None),
    ]
