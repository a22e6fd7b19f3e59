"""Shopify's object types, made from the contract's tables. Names are Shopify's; columns are the contract's."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from demo.vendors.shopify.protocol import KINDS, Field, Kind, Shape
from demo.vendors.shopify.shapes import (
    Amount,
    Bag,
    Child,
    Connection,
    Constant,
    Each,
    Embedded,
    Plain,
    Ref,
    Sole,
    Tally,
    Value,
)

NULL, NO, YES, NOTHING = Constant("null"), Constant("false"), Constant("true"), Constant("[]")
EMPTY = Constant('""')


def _col(name: str, if_null: str | int | bool | None = None) -> Value:
    return Value(pl.col(name), if_null)


def _cols(**names: str) -> dict[str, Field]:
    return {field: _col(column) for field, column in names.items()}


def _bags(**names: str) -> dict[str, Field]:
    return {field: Bag(pl.col(column)) for field, column in names.items()}


def _gid(type_name: str, *columns: str, suffix: str = "") -> Value:
    """An id made from others, for objects whose id the contract does not keep."""
    digits = [pl.col(c).cast(pl.String).str.extract(r"(\d+)") for c in columns]
    return Value(pl.concat_str([pl.lit(f"gid://shopify/{type_name}/"), *digits, pl.lit(suffix)]))


def _tail(column: str = "id") -> Value:
    return Value(pl.col(column).str.extract(r"(\d+)"))


def _kind(
    name: str,
    table: str,
    fields: Mapping[str, Field],
    order: tuple[str, ...] = ("id",),
    *,
    type_name: str | None = None,
    case: pl.Expr | None = None,
    cases: Mapping[str, Mapping[str, Field]] | None = None,
) -> Kind:
    KINDS[name] = Kind(type_name or name, fields, case, cases or {}, table, order)
    return KINDS[name]


def _address(prefix: str, owner: str) -> Embedded:
    parts = [f"{prefix}{p}" for p in ("city", "province_code", "country_code", "zip")]
    fields: dict[str, Field] = {
        "id": _gid("MailingAddress", "id", suffix=f"?model_name={owner}"),
        **_cols(city=parts[0], provinceCode=parts[1], countryCodeV2=parts[2], zip=parts[3]),
        "latitude": NULL,
        "longitude": NULL,
    }
    return Embedded(Shape("MailingAddress", fields), pl.any_horizontal(pl.col(p).is_not_null() for p in parts))


def _percentage_or_amount(
    percentage_type: str,
    percentage: Field,
    amount_type: str,
    amount: Mapping[str, Field],
    union: str,
    percentage_column: str,
) -> Shape:
    case = pl.when(pl.col(percentage_column).is_not_null()).then(pl.lit(percentage_type)).otherwise(pl.lit(amount_type))
    return Shape(union, {}, case, {percentage_type: {"percentage": percentage}, amount_type: amount})


_kind(
    "Location",
    "locations",
    {
        **_cols(id="id", name="name", isActive="is_active", isFulfillmentService="is_fulfillment_service"),
        **_cols(fulfillsOnlineOrders="fulfills_online_orders", shipsInventory="ships_inventory"),
        **_cols(createdAt="created_at", updatedAt="updated_at", deactivatedAt="deactivated_at"),
        "legacyResourceId": _tail(),
        "address": Embedded(
            Shape(
                "LocationAddress",
                {
                    **_cols(address1="address1", city="city", provinceCode="province_code"),
                    **_cols(countryCode="country_code", zip="zip"),
                    "latitude": NULL,
                    "longitude": NULL,
                },
            )
        ),
    },
)

_kind(
    "Product",
    "products",
    {
        **_cols(id="id", title="title", handle="handle", status="status", isGiftCard="is_gift_card"),
        **_cols(createdAt="created_at", updatedAt="updated_at", publishedAt="published_at"),
        "legacyResourceId": _tail(),
        "vendor": _col("vendor", ""),
        "productType": _col("product_type", ""),
        "tags": _col("tags", "[]"),
        "totalInventory": _col("total_inventory", 0),
        "tracksInventory": YES,
        "category": Embedded(
            Shape(
                "TaxonomyCategory",
                {
                    **_cols(id="category_id", fullName="category_name"),
                    "name": Value(pl.col("category_name").str.split(" > ").list.last()),
                },
            ),
            pl.col("category_id").is_not_null(),
        ),
        "options": Plain("ProductOption", "product_id"),
        "variants": Connection("ProductVariant", "product_id"),
        "variantsCount": Tally("ProductVariant", "product_id"),
    },
)
_kind(
    "ProductOption",
    "product_options",
    {**_cols(id="id", name="name", position="position"), "optionValues": Plain("ProductOptionValue", "option_id")},
    ("position",),
)
_kind("ProductOptionValue", "product_option_values", _cols(id="id", name="name"), ("position",))
_kind(
    "ProductVariant",
    "product_variants",
    {
        **_cols(id="id", title="title", sku="sku", barcode="barcode", position="position", price="price"),
        **_cols(compareAtPrice="compare_at_price", taxable="taxable", inventoryQuantity="inventory_quantity"),
        **_cols(createdAt="created_at", updatedAt="updated_at"),
        "legacyResourceId": _tail(),
        "availableForSale": Value(pl.col("inventory_quantity") > 0, False),
        "inventoryPolicy": Constant('"DENY"'),
        "selectedOptions": Plain("SelectedOption", "variant_id"),
        "inventoryItem": Ref("InventoryItem", pl.col("inventory_item_id")),
        "product": Ref("Product", pl.col("product_id")),
    },
    ("position", "id"),
)
_kind("SelectedOption", "selected_options", _cols(name="name", value="value"), ("position",))

_QUANTITIES = (
    "available", "on_hand", "committed", "incoming", "reserved", "damaged", "quality_control", "safety_stock",
)  # fmt: skip


def _quantity(name: str) -> Shape:
    return Shape(
        "InventoryQuantity",
        {
            "id": Value(
                pl.concat_str(
                    pl.lit("gid://shopify/InventoryQuantity/"),
                    pl.col("id").str.extract(r"(\d+)"),
                    pl.lit(f"-{name}?inventory_item_id="),
                    pl.col("inventory_item_id").str.extract(r"(\d+)"),
                )
            ),
            "name": Constant(f'"{name}"'),
            "quantity": _col(name),
            "updatedAt": _col("updated_at"),
        },
    )


_kind(
    "InventoryItem",
    "inventory_items",
    {
        **_cols(id="id", sku="sku", tracked="tracked", requiresShipping="requires_shipping"),
        **_cols(countryCodeOfOrigin="country_code_of_origin", harmonizedSystemCode="harmonized_system_code"),
        **_cols(createdAt="created_at", updatedAt="updated_at"),
        "legacyResourceId": _tail(),
        "unitCost": Amount(pl.col("unit_cost"), "unit_cost_currency"),
        "measurement": Embedded(
            Shape(
                "InventoryItemMeasurement",
                {
                    "id": _gid("InventoryItemMeasurement", "id"),
                    "weight": Embedded(
                        Shape("Weight", _cols(unit="weight_unit", value="weight")), pl.col("weight").is_not_null()
                    ),
                },
            )
        ),
        "inventoryLevels": Connection("InventoryLevel", "inventory_item_id"),
        "variants": Connection("ProductVariant", "inventory_item_id"),
        "variant": Child("ProductVariant", "inventory_item_id", first=True),
    },
)
_kind(
    "InventoryLevel",
    "inventory_levels",
    {
        **_cols(id="id", createdAt="updated_at", updatedAt="updated_at"),
        "isActive": YES,
        "item": Ref("InventoryItem", pl.col("inventory_item_id")),
        "location": Ref("Location", pl.col("location_id")),
        "quantities": Each("names", {name: _quantity(name) for name in _QUANTITIES}),
    },
    ("location_id",),
)

_kind(
    "Customer",
    "customers",
    {
        **_cols(id="id", firstName="first_name", lastName="last_name", state="state", taxExempt="tax_exempt"),
        **_cols(createdAt="created_at", updatedAt="updated_at", verifiedEmail="verified_email", email="email"),
        **_cols(locale="locale", phone="phone"),
        "legacyResourceId": _tail(),
        "tags": _col("tags", "[]"),
        "numberOfOrders": _col("number_of_orders", 0),
        "amountSpent": Amount(pl.col("amount_spent"), "amount_spent_currency"),
        "displayName": Value(
            pl.coalesce(
                pl.concat_str("first_name", "last_name", separator=" ", ignore_nulls=True).replace("", None),
                "email",
                "phone",
                pl.lit(""),
            )
        ),
        "note": NULL,
        "dataSaleOptOut": NO,
        "lifetimeDuration": EMPTY,
        "lastOrder": Child("CustomerOrder", "customer_id"),
        "orders": Connection("CustomerOrder", "customer_id"),
        "defaultEmailAddress": Embedded(
            Shape(
                "CustomerEmailAddress",
                {
                    "emailAddress": _col("email"),
                    "marketingState": _col("email_marketing_state", "NOT_SUBSCRIBED"),
                    "marketingOptInLevel": NULL,
                    "marketingUpdatedAt": _col("email_marketing_updated_at"),
                    "validFormat": YES,
                },
            ),
            pl.col("email").is_not_null(),
        ),
        "defaultPhoneNumber": Embedded(
            Shape(
                "CustomerPhoneNumber",
                {"phoneNumber": _col("phone"), "marketingState": _col("sms_marketing_state", "NOT_SUBSCRIBED")},
            ),
            pl.col("phone").is_not_null(),
        ),
        "defaultAddress": _address("", "CustomerAddress"),
    },
)

_original, _discounted = pl.col("original_total"), pl.col("discounted_total")
_quantity_of_line = pl.col("quantity").replace(0, 1)

# A person who buys is a purchasing entity too; the order's customer tells of her, so that only companies are made here.
_PURCHASER = Shape(
    "PurchasingEntity",
    {},
    pl.when(pl.col("company_id").is_not_null()).then(pl.lit("PurchasingCompany")),
    {
        "PurchasingCompany": {
            "company": Embedded(Shape("Company", _cols(id="company_id", name="company_name"))),
            "location": Embedded(
                Shape("CompanyLocation", _cols(id="company_location_id", name="company_location_name"))
            ),
        },
    },
)

ORDER = _kind(
    "Order",
    "orders",
    {
        **_cols(id="id", name="name", number="number", createdAt="created_at", updatedAt="updated_at"),
        **_cols(processedAt="processed_at", cancelledAt="cancelled_at", cancelReason="cancel_reason"),
        **_cols(closedAt="closed_at", test="test", confirmed="confirmed", edited="edited"),
        **_cols(taxesIncluded="taxes_included", sourceName="source_name", currencyCode="currency_code"),
        **_cols(displayFinancialStatus="display_financial_status", email="email", phone="phone"),
        **_cols(displayFulfillmentStatus="display_fulfillment_status", customerLocale="customer_locale"),
        **_cols(cartToken="cart_token", checkoutToken="checkout_token"),
        "legacyResourceId": _tail(),
        "presentmentCurrencyCode": Value(pl.coalesce("presentment_currency_code", "currency_code")),
        "returnStatus": _col("return_status", "NO_RETURN"),
        "closed": Value(pl.col("closed_at").is_not_null()),
        "tags": _col("tags", "[]"),
        "discountCodes": _col("discount_codes", "[]"),
        "paymentGatewayNames": _col("payment_gateway_names", "[]"),
        "estimatedTaxes": NO,
        "note": NULL,
        "poNumber": NULL,
        "customer": Ref("Customer", pl.col("customer_id")),
        "purchasingEntity": Embedded(_PURCHASER, pl.col("company_id").is_not_null()),
        "retailLocation": Ref("Location", pl.col("retail_location_id")),
        "billingAddress": _address("billing_", "Address"),
        "shippingAddress": _address("shipping_", "Address"),
        **_bags(subtotalPriceSet="subtotal_price", totalTaxSet="total_tax", totalDiscountsSet="total_discounts"),
        **_bags(totalShippingPriceSet="total_shipping_price", totalTipReceivedSet="total_tip_received"),
        **_bags(totalRefundedSet="total_refunded", totalRefundedShippingSet="total_refunded_shipping"),
        **_bags(totalReceivedSet="total_received", netPaymentSet="net_payment"),
        **_bags(originalTotalPriceSet="original_total_price", currentTotalPriceSet="current_total_price"),
        **_bags(currentSubtotalPriceSet="current_subtotal_price", currentTotalTaxSet="current_total_tax"),
        **_bags(currentTotalDiscountsSet="current_total_discounts", currentTotalDutiesSet="current_total_duties"),
        **_bags(currentShippingPriceSet="current_shipping_price"),
        "totalPriceSet": Bag(pl.col("total_price"), pl.col("total_price_presentment")),
        "totalOutstandingSet": Bag((pl.col("current_total_price") - pl.col("net_payment")).clip(0)),
        "taxLines": Plain("OrderTaxLine", "order_id"),
        "customerJourneySummary": Embedded(
            Shape(
                "CustomerJourneySummary",
                {
                    **_cols(customerOrderIndex="customer_order_index", daysToConversion="days_to_conversion"),
                    **_cols(ready="customer_journey_ready"),
                    "firstVisit": Child("CustomerVisit", "order_id", first=True),
                    "lastVisit": Child("CustomerVisit", "order_id"),
                    "moments": Connection("CustomerMoment", "order_id"),
                    "momentsCount": Tally("CustomerMoment", "order_id"),
                },
            ),
            pl.col("customer_journey_ready").is_not_null(),
        ),
        "lineItems": Connection("LineItem", "order_id"),
        "shippingLines": Connection("ShippingLine", "order_id", hides=("includeRemovals", "is_removed")),
        "discountApplications": Connection("DiscountApplication", "order_id"),
        "transactions": Plain("OrderTransaction", "order_id"),
        "refunds": Plain("Refund", "order_id"),
        "returns": Connection("Return", "order_id"),
        "fulfillments": Plain("Fulfillment", "order_id"),
        "agreements": Connection("SalesAgreement", "order_id"),
    },
    ("created_at", "id"),
)
_kind("CustomerOrder", "orders", ORDER.fields, ("created_at", "id"), type_name="Order")

_kind(
    "LineItem",
    "order_lines",
    {
        **_cols(id="id", title="title", sku="sku", variantTitle="variant_title", vendor="vendor", taxable="taxable"),
        **_cols(quantity="quantity", currentQuantity="current_quantity", refundableQuantity="refundable_quantity"),
        **_cols(unfulfilledQuantity="unfulfilled_quantity", isGiftCard="is_gift_card"),
        **_cols(requiresShipping="requires_shipping"),
        "name": Value(pl.concat_str("title", "variant_title", separator=" - ", ignore_nulls=True)),
        "product": Ref("Product", pl.col("product_id")),
        "variant": Ref("ProductVariant", pl.col("variant_id")),
        **_bags(originalUnitPriceSet="original_unit_price", originalTotalSet="original_total"),
        **_bags(discountedTotalSet="discounted_total", totalDiscountSet="total_discount"),
        "discountedUnitPriceSet": Bag((_discounted / _quantity_of_line).round(2)),
        "discountedUnitPriceAfterAllDiscountsSet": Bag(
            ((_original - pl.col("_allocated")) / _quantity_of_line).round(2)
        ),
        "taxLines": Plain("LineTaxLine", "parent_id"),
        "discountAllocations": Plain("DiscountAllocation", "order_line_id"),
        "lineItemGroup": Embedded(
            Shape(
                "LineItemGroup",
                {
                    **_cols(id="bundle_id", title="bundle_title", quantity="bundle_quantity"),
                    **_cols(variantId="bundle_variant_id", variantSku="bundle_sku"),
                    "productId": NULL,
                },
            ),
            pl.col("bundle_id").is_not_null(),
        ),
        "sellingPlan": Embedded(
            Shape("LineItemSellingPlan", _cols(name="selling_plan_name", sellingPlanId="selling_plan_id")),
            pl.col("selling_plan_name").is_not_null(),
        ),
    },
    ("position",),
)
_TAX_LINE: dict[str, Field] = {
    **_cols(title="title", rate="rate"),
    "ratePercentage": Value((pl.col("rate") * 100).round(6)),
    "priceSet": Bag(pl.col("price")),
}
_kind("LineTaxLine", "line_tax_lines", _TAX_LINE, ("position",), type_name="TaxLine")
_kind("ShippingTaxLine", "shipping_tax_lines", _TAX_LINE, ("position",), type_name="TaxLine")
_kind("OrderTaxLine", "order_tax_lines", _TAX_LINE, ("position",), type_name="TaxLine")
_kind(
    "DiscountAllocation",
    "discount_allocations",
    {
        "allocatedAmountSet": Bag(pl.col("allocated_amount")),
        "discountApplication": Child(
            "DiscountApplication", "_key", pl.col("_application"), known=_cols(index="discount_application_index")
        ),
    },
    ("discount_application_index",),
)
_kind(
    "DiscountApplication",
    "discount_applications",
    {
        **_cols(index="index", allocationMethod="allocation_method", targetSelection="target_selection"),
        **_cols(targetType="target_type"),
        "value": Embedded(
            _percentage_or_amount(
                "PricingPercentageValue",
                _col("value_percentage"),
                "MoneyV2",
                {"amount": _col("value_amount"), "currencyCode": _col("value_currency")},
                "PricingValue",
                "value_percentage",
            )
        ),
    },
    ("index",),
    case=pl.col("type"),
    cases={
        "DiscountCodeApplication": _cols(code="code"),
        "ManualDiscountApplication": {**_cols(title="title"), "description": NULL},
        "AutomaticDiscountApplication": _cols(title="title"),
        "ScriptDiscountApplication": _cols(title="title"),
    },
)
_kind(
    "ShippingLine",
    "shipping_lines",
    {
        **_cols(id="id", title="title", code="code", source="source", carrierIdentifier="carrier_identifier"),
        **_cols(isRemoved="is_removed"),
        **_bags(originalPriceSet="original_price", discountedPriceSet="discounted_price"),
        "taxLines": Plain("ShippingTaxLine", "_shipping_line", pl.col("_key")),
    },
    ("position",),
)

_fee_money = Amount(pl.col("fee_amount"))
_kind(
    "OrderTransaction",
    "transactions",
    {
        **_cols(id="id", kind="kind", status="status", gateway="gateway", formattedGateway="gateway", test="test"),
        **_cols(createdAt="created_at", processedAt="processed_at", errorCode="error_code"),
        "amountSet": Bag(pl.col("amount"), pl.col("amount_presentment")),
        "amountRoundingSet": Bag(pl.col("amount_rounding")),
        "parentTransaction": Ref("OrderTransaction", pl.col("parent_id")),
        "order": Ref("Order", pl.col("order_id")),
        "paymentId": NULL,
        "settlementCurrency": NULL,
        "settlementCurrencyRate": NULL,
        "fees": Sole(
            Embedded(
                Shape(
                    "TransactionFee",
                    {
                        "id": _gid("TransactionFee", "id"),
                        "type": Constant('"processing_fee"'),
                        "rate": Constant('"0.0"'),
                        "rateName": NULL,
                        "flatFeeName": NULL,
                        "amount": _fee_money,
                        "flatFee": _fee_money,
                        "taxAmount": Amount(pl.col("fee_amount") * 0),
                    },
                ),
                pl.col("fee_amount").is_not_null(),
            )
        ),
    },
    ("created_at", "id"),
)
_kind("RefundTransaction", "refund_transactions", KINDS["OrderTransaction"].fields, ("id",),
      type_name="OrderTransaction")  # fmt: skip

_kind(
    "Refund",
    "refunds",
    {
        **_cols(id="id", createdAt="created_at", updatedAt="updated_at", processedAt="processed_at", note="note"),
        "legacyResourceId": _tail(),
        "return": Ref("Return", pl.col("return_id")),
        "order": Ref("Order", pl.col("order_id")),
        "totalRefundedSet": Bag(pl.col("total_refunded")),
        "duties": NOTHING,
        "refundLineItems": Connection("RefundLineItem", "refund_id"),
        "refundShippingLines": Connection("RefundShippingLine", "refund_id"),
        "orderAdjustments": Connection("OrderAdjustment", "refund_id"),
        "transactions": Connection("RefundTransaction", "refund_id"),
    },
    ("created_at", "id"),
)
_kind(
    "RefundLineItem",
    "refund_lines",
    {
        **_cols(id="id", quantity="quantity", restockType="restock_type", restocked="restocked"),
        "location": Ref("Location", pl.col("location_id")),
        "lineItem": Ref("LineItem", pl.col("order_line_id")),
        "priceSet": Bag((pl.col("subtotal") / _quantity_of_line).round(2)),
        **_bags(subtotalSet="subtotal", totalTaxSet="total_tax"),
    },
    ("order_line_id", "id"),
)
_kind(
    "RefundShippingLine",
    "refund_shipping_lines",
    {
        **_cols(id="id"),
        "shippingLine": Ref("ShippingLine", pl.col("shipping_line_id")),
        **_bags(subtotalAmountSet="subtotal", taxAmountSet="tax"),
    },
    ("position",),
)
_kind(
    "OrderAdjustment",
    "order_adjustments",
    {**_cols(id="id", reason="reason"), **_bags(amountSet="amount", taxAmountSet="tax_amount")},
)

_kind(
    "Return",
    "returns",
    {
        **_cols(id="id", name="name", status="status", createdAt="created_at", closedAt="closed_at"),
        **_cols(requestApprovedAt="request_approved_at", totalQuantity="total_quantity"),
        "order": Ref("Order", pl.col("order_id")),
        "decline": Embedded(
            Shape("ReturnDecline", {"reason": _col("decline_reason"), "note": NULL}),
            pl.col("decline_reason").is_not_null(),
        ),
        "returnShippingFees": Sole(
            Embedded(
                Shape(
                    "ReturnShippingFee",
                    {"id": _gid("ReturnShippingFee", "id"), "amountSet": Bag(pl.col("return_shipping_fee"))},
                ),
                pl.col("return_shipping_fee").is_not_null(),
            )
        ),
        "returnLineItems": Connection("ReturnLineItemType", "return_id"),
        "exchangeLineItems": Connection("ExchangeLineItem", "return_id"),
        "refunds": Connection("Refund", "return_id"),
    },
    ("created_at", "id"),
)
_kind(
    "ReturnLineItemType",
    "return_lines",
    {
        **_cols(id="id", quantity="quantity", customerNote="customer_note"),
        "processedQuantity": _col("processed_quantity", 0),
        "refundedQuantity": _col("refunded_quantity", 0),
        "refundableQuantity": Value(pl.col("quantity") - pl.col("refunded_quantity").fill_null(0)),
        "unprocessedQuantity": Value(pl.col("quantity") - pl.col("processed_quantity").fill_null(0)),
        "returnReasonNote": _col("return_reason_note", ""),
        "returnReasonDefinition": Embedded(
            Shape(
                "ReturnReasonDefinition",
                {
                    "id": Value(
                        pl.format("gid://shopify/ReturnReasonDefinition/{}", pl.col("return_reason").hash(0) % 10**9)
                    ),
                    **_cols(handle="return_reason", name="return_reason_name"),
                    "deleted": NO,
                },
            ),
            pl.col("return_reason").is_not_null(),
        ),
    },
    case=pl.when(pl.col("fulfillment_line_id").is_null())
    .then(pl.lit("UnverifiedReturnLineItem"))
    .otherwise(pl.lit("ReturnLineItem")),
    cases={
        "ReturnLineItem": {
            "fulfillmentLineItem": Ref("FulfillmentLineItem", pl.col("fulfillment_line_id")),
            "restockingFee": Embedded(
                Shape(
                    "RestockingFee",
                    {
                        "id": _gid("RestockingFee", "id"),
                        "percentage": _col("restocking_fee_percentage", 0),
                        "amountSet": Bag(pl.col("restocking_fee")),
                    },
                ),
                pl.col("restocking_fee").is_not_null(),
            ),
            "withCodeDiscountedTotalPriceSet": Bag(pl.col("_discounted_total")),
        },
        "UnverifiedReturnLineItem": {"unitPrice": Amount(pl.col("_discounted_total"))},
    },
)
_kind(
    "ExchangeLineItem",
    "exchange_line_items",
    {**_cols(id="id", quantity="quantity"), "lineItems": Plain("ExchangedLine", "_exchange")},
)
_kind("ExchangedLine", "exchanged_lines", KINDS["LineItem"].fields, ("position",), type_name="LineItem")

_kind(
    "Fulfillment",
    "fulfillments",
    {
        **_cols(id="id", name="name", status="status", displayStatus="display_status", createdAt="created_at"),
        **_cols(updatedAt="updated_at", deliveredAt="delivered_at", inTransitAt="in_transit_at"),
        **_cols(estimatedDeliveryAt="estimated_delivery_at", totalQuantity="total_quantity"),
        "legacyResourceId": _tail(),
        "order": Ref("Order", pl.col("order_id")),
        "location": Ref("Location", pl.col("location_id")),
        "trackingInfo": Sole(
            Embedded(
                Shape(
                    "FulfillmentTrackingInfo",
                    {**_cols(company="tracking_company", number="tracking_number"), "url": NULL},
                ),
                pl.col("tracking_company").is_not_null() | pl.col("tracking_number").is_not_null(),
            )
        ),
        "fulfillmentLineItems": Connection("FulfillmentLineItem", "fulfillment_id"),
    },
    ("created_at", "id"),
)
_kind(
    "FulfillmentLineItem",
    "fulfillment_lines",
    {
        **_cols(id="id", quantity="quantity"),
        "lineItem": Ref("LineItem", pl.col("order_line_id")),
        **_bags(originalTotalSet="_original_total", discountedTotalSet="_discounted_total"),
    },
)

_kind(
    "FulfillmentOrder",
    "fulfillment_orders",
    {
        **_cols(id="id", createdAt="created_at", updatedAt="updated_at"),
        "status": Constant('"CLOSED"'),
        "order": Ref("Order", pl.col("order_id")),
        "fulfillments": Connection("Fulfillment", "_fulfillment_order"),
    },
)

_kind(
    "SalesAgreement",
    "sales_agreements",
    {**_cols(id="id", happenedAt="happened_at", reason="reason"), "sales": Connection("Sale", "agreement_id")},
    ("happened_at", "id"),
    case=pl.col("type"),
    cases={
        "OrderAgreement": {"order": Ref("Order", pl.col("order_id"))},
        "OrderEditAgreement": {},
        "RefundAgreement": {"refund": Ref("Refund", pl.col("refund_id"))},
        "ReturnAgreement": {"return": Ref("Return", pl.col("return_id"))},
    },
)
_sale_line = {"lineItem": Ref("LineItem", pl.col("order_line_id"))}
_SALE_TYPES = {
    "PRODUCT": "ProductSale",
    "SHIPPING": "ShippingLineSale",
    "GIFT_CARD": "GiftCardSale",
    "TIP": "TipSale",
    "DUTY": "DutySale",
    "FEE": "FeeSale",
    "ADDITIONAL_FEE": "AdditionalFeeSale",
    "ADJUSTMENT": "AdjustmentSale",
    "UNKNOWN": "UnknownSale",
}
_kind(
    "Sale",
    "sales",
    {
        **_cols(id="id", actionType="action_type", lineType="line_type", quantity="quantity"),
        **_bags(totalAmount="total_amount", totalTaxAmount="total_tax"),
        **_bags(totalDiscountAmountBeforeTaxes="total_discount_before_taxes"),
        **_bags(totalDiscountAmountAfterTaxes="total_discount_after_taxes"),
    },
    case=pl.col("line_type").replace_strict(list(_SALE_TYPES), list(_SALE_TYPES.values()), default=None),
    cases={
        "ProductSale": _sale_line,
        "GiftCardSale": _sale_line,
        "TipSale": _sale_line,
        "ShippingLineSale": {"shippingLine": Ref("ShippingLine", pl.col("shipping_line_id"))},
        "DutySale": {},
        "FeeSale": {},
        "AdditionalFeeSale": {},
        "AdjustmentSale": {},
        "UnknownSale": {},
    },
)

VISIT: dict[str, Field] = {
    **_cols(id="id", occurredAt="occurred_at", sourceType="source_type", landingPage="landing_page"),
    **_cols(referrerUrl="referrer_url", source="source"),
    "utmParameters": Embedded(
        Shape(
            "UTMParameters",
            {
                **_cols(source="utm_source", medium="utm_medium", campaign="utm_campaign"),
                **_cols(content="utm_content", term="utm_term"),
            },
        ),
        pl.any_horizontal(
            pl.col(f"utm_{p}").is_not_null() for p in ("source", "medium", "campaign", "content", "term")
        ),
    ),
}
_kind("CustomerVisit", "customer_journey_moments", VISIT, ("occurred_at", "id"))
_kind(
    "CustomerMoment",
    "customer_journey_moments",
    _cols(occurredAt="occurred_at"),
    ("occurred_at", "id"),
    case=pl.when(pl.col("id").is_not_null()).then(pl.lit("CustomerVisit")),
    cases={"CustomerVisit": VISIT},
)

_DISCOUNT = _cols(title="title", status="status", startsAt="starts_at", endsAt="ends_at") | _cols(
    createdAt="created_at", updatedAt="updated_at", asyncUsageCount="usage_count"
)
_CODE: dict[str, Field] = {
    "usageLimit": _col("usage_limit"),
    "appliesOncePerCustomer": NO,
    "totalSales": NULL,
    "codes": Connection("DiscountRedeemCode", "discount_id"),
    "codesCount": Tally("DiscountRedeemCode", "discount_id"),
}
_GETS: dict[str, Field] = {
    "customerGets": Embedded(
        Shape(
            "DiscountCustomerGets",
            {
                "appliesOnOneTimePurchase": YES,
                "appliesOnSubscription": NO,
                "value": Embedded(
                    _percentage_or_amount(
                        "DiscountPercentage",
                        _col("percentage"),
                        "DiscountAmount",
                        {"amount": Amount(pl.col("amount"), "amount_currency"), "appliesOnEachItem": NO},
                        "DiscountCustomerGetsValue",
                        "percentage",
                    )
                ),
            },
        )
    )
}
_SUMMARY = _cols(summary="title")
_APP: dict[str, Field] = {"discountId": _gid("DiscountNode", "id")}
_kind(
    "DiscountNode",
    "discounts",
    {
        "id": _col("id"),
        "discount": Embedded(
            Shape(
                "Discount",
                _DISCOUNT,
                pl.col("type"),
                {
                    "DiscountCodeBasic": {**_CODE, **_GETS, **_SUMMARY},
                    "DiscountCodeBxgy": {**_CODE, **_SUMMARY},
                    "DiscountCodeFreeShipping": {**_CODE, **_SUMMARY},
                    "DiscountCodeApp": {**_CODE, **_APP},
                    "DiscountAutomaticBasic": {**_GETS, **_SUMMARY},
                    "DiscountAutomaticBxgy": _SUMMARY,
                    "DiscountAutomaticFreeShipping": _SUMMARY,
                    "DiscountAutomaticApp": _APP,
                },
            )
        ),
    },
)
_kind("DiscountRedeemCode", "discount_codes", _cols(id="id", code="code", asyncUsageCount="usage_count"), ("position",))


def _checkout_bag(amount: pl.Expr) -> Bag:
    return Bag(amount, in_order=False)


_kind(
    "AbandonedCheckout",
    "abandoned_checkouts",
    {
        **_cols(id="id", name="name", createdAt="created_at", updatedAt="updated_at", completedAt="completed_at"),
        "abandonedCheckoutUrl": Value(
            pl.concat_str(pl.lit("https://checkout.example/recover/"), pl.col("id").str.extract(r"(\d+)"))
        ),
        "taxesIncluded": NO,
        "discountCodes": _col("discount_codes", "[]"),
        "note": EMPTY,
        "customer": Ref("Customer", pl.col("customer_id")),
        "subtotalPriceSet": _checkout_bag(pl.col("subtotal_price")),
        "totalLineItemsPriceSet": _checkout_bag(pl.col("subtotal_price") + pl.col("total_discounts").fill_null(0)),
        "totalPriceSet": _checkout_bag(pl.col("total_price")),
        "totalDiscountSet": _checkout_bag(pl.col("total_discounts")),
        "totalTaxSet": _checkout_bag(pl.col("total_tax")),
        "totalDutiesSet": NULL,
        "lineItems": Connection("AbandonedCheckoutLineItem", "checkout_id"),
    },
)
_kind(
    "AbandonedCheckoutLineItem",
    "abandoned_checkout_lines",
    {
        **_cols(id="id", quantity="quantity"),
        "title": NULL,
        "sku": NULL,
        "product": NULL,
        "variant": NULL,
        "originalUnitPriceSet": _checkout_bag((_discounted / _quantity_of_line).round(2)),
        "discountedTotalPriceSet": _checkout_bag(_discounted),
    },
    ("position",),
)

_kind(
    "Event",
    "deletion_events",
    {
        **_cols(id="id", createdAt="deleted_at"),
        "action": Constant('"destroy"'),
        "appTitle": NULL,
        "message": Constant('"The product was deleted."'),
    },
    ("deleted_at", "id"),
    case=pl.when(pl.col("id").is_not_null()).then(pl.lit("BasicEvent")),
    cases={
        "BasicEvent": {
            "subjectId": _col("product_id"),
            "subjectType": Constant('"PRODUCT"'),
            "arguments": NOTHING,
        }
    },
)

_kind(
    "BalanceTransaction",
    "balance_transactions",
    {
        **_cols(id="id", type="type", sourceType="source_type", sourceId="source_id", test="test"),
        **_cols(sourceOrderTransactionId="source_order_transaction_id", adjustmentReason="adjustment_reason"),
        **_cols(transactionDate="transaction_date"),
        **{f: Amount(pl.col(f), "currency_code") for f in ("amount", "fee", "net")},
        "associatedOrder": Embedded(
            Shape("ShopifyPaymentsAssociatedOrder", _cols(id="order_id")), pl.col("order_id").is_not_null()
        ),
        "associatedPayout": Embedded(
            Shape("ShopifyPaymentsBalanceTransactionAssociatedPayout", _cols(id="payout_id", status="payout_status"))
        ),
    },
    type_name="ShopifyPaymentsBalanceTransaction",
)
_kind(
    "Payout",
    "payouts",
    {
        **_cols(id="id", issuedAt="issued_at", status="status", transactionType="transaction_type"),
        "legacyResourceId": _tail(),
        "net": Amount(pl.col("net_amount"), "currency_code"),
    },
    type_name="ShopifyPaymentsPayout",
)

SHOP = _kind(
    "Shop",
    "shop",
    {
        **_cols(id="id", name="name", myshopifyDomain="myshopify_domain", currencyCode="currency_code"),
        **_cols(ianaTimezone="iana_timezone", taxesIncluded="taxes_included"),
        "enabledPresentmentCurrencies": Value(pl.concat_str(pl.lit('["'), pl.col("currency_code"), pl.lit('"]'))),
        "timezoneOffset": _col("_timezone_offset"),
        "plan": Embedded(
            Shape(
                "ShopPlan",
                {
                    "publicDisplayName": _col("plan_name"),
                    "partnerDevelopment": NO,
                    "shopifyPlus": Value(pl.col("plan_name").str.to_lowercase().str.contains("plus")),
                },
            )
        ),
    },
)


@dataclass(frozen=True)
class Root:
    """A connection that is searched, sorted and paged: of the query type, or of an object that a shop has once.

    Attributes:
        kind: of its nodes.
        search: names of the search syntax and the columns behind them.
        sort: sort keys other than ID and the columns behind them.
        sort_default: the sort key without a ``sortKey`` argument.
        hides: arguments that, unless true, hide the rows that the expression marks.
        hidden_by: arguments that, if true, hide the rows that the expression marks.
        within: the type that has it.
        descendants_key: the column by which all rows below a node point at it.
    """

    kind: str
    search: Mapping[str, str]
    sort: Mapping[str, str]
    sort_default: str = "ID"
    descendants_key: str | None = None
    hides: Mapping[str, pl.Expr] = field(default_factory=dict)
    hidden_by: Mapping[str, pl.Expr] = field(default_factory=dict)
    within: str = "QueryRoot"


_DATES = {"created_at": "created_at", "updated_at": "updated_at", "id": "id"}
_SORT_DATES = {"CREATED_AT": "created_at", "UPDATED_AT": "updated_at"}
ROOTS: dict[str, Root] = {
    "orders": Root(
        "Order",
        _DATES
        | {n: n for n in ("processed_at", "name", "test", "source_name", "customer_id", "return_status", "email")}
        | {"financial_status": "display_financial_status", "fulfillment_status": "display_fulfillment_status"}
        | {"tag": "tags", "discount_code": "discount_codes", "default": "name"},
        _SORT_DATES | {"PROCESSED_AT": "processed_at", "ORDER_NUMBER": "number", "TOTAL_PRICE": "total_price"},
        "PROCESSED_AT",
        "order_id",
    ),
    "products": Root(
        "Product",
        _DATES
        | {n: n for n in ("published_at", "status", "vendor", "product_type", "handle", "title")}
        | {"tag": "tags", "gift_card": "is_gift_card", "default": "title"},
        _SORT_DATES
        | {"TITLE": "title", "VENDOR": "vendor", "PRODUCT_TYPE": "product_type", "PUBLISHED_AT": "published_at"},
    ),
    "productVariants": Root(
        "ProductVariant",
        _DATES | {"sku": "sku", "product_id": "product_id", "barcode": "barcode", "default": "sku"},
        {"SKU": "sku", "POSITION": "position", "TITLE": "title"},
    ),
    "inventoryItems": Root("InventoryItem", _DATES | {"sku": "sku", "default": "sku"}, {}),
    "locations": Root(
        "Location",
        {"created_at": "created_at", "id": "id", "active": "is_active", "name": "name"},
        {"NAME": "name"},
        "NAME",
        hides={"includeInactive": ~pl.col("is_active"), "includeLegacy": pl.col("is_fulfillment_service")},
    ),
    "customers": Root(
        "Customer",
        {"updated_at": "updated_at", "customer_date": "created_at", "id": "id", "email": "email", "tag": "tags"}
        | {"state": "state", "orders_count": "number_of_orders", "total_spent": "amount_spent", "default": "email"},
        _SORT_DATES | {"NAME": "last_name", "LOCATION": "country_code"},
    ),
    "discountNodes": Root(
        "DiscountNode",
        _DATES | {"status": "status", "title": "title", "type": "type", "default": "title"},
        _SORT_DATES | {"STARTS_AT": "starts_at", "ENDS_AT": "ends_at", "TITLE": "title"},
    ),
    "abandonedCheckouts": Root("AbandonedCheckout", _DATES, {"CREATED_AT": "created_at", "TOTAL_PRICE": "total_price"}),
    "fulfillmentOrders": Root(
        "FulfillmentOrder",
        _DATES,
        _SORT_DATES,
        hides={"includeClosed": pl.col("id").is_not_null()},
    ),
    "events": Root(
        "Event",
        {"created_at": "deleted_at", "id": "id", "action": "_action", "subject_type": "_subject_type"},
        {"CREATED_AT": "deleted_at"},
    ),
}
"""Root connections by field name."""

PAYMENTS_ACCOUNT = "ShopifyPaymentsAccount"
OF_ACCOUNT: dict[str, Root] = {
    "balanceTransactions": Root(
        "BalanceTransaction",
        {"processed_at": "_processed_at", "id": "id", "transaction_type": "type", "payout_status": "payout_status"},
        {"PROCESSED_AT": "_processed_at", "AMOUNT": "amount", "FEE": "fee", "NET": "net"},
        "PROCESSED_AT",
        hidden_by={"hideTransfers": pl.col("type") == "TRANSFER"},
        within=PAYMENTS_ACCOUNT,
    ),
    "payouts": Root(
        "Payout",
        {"issued_at": "issued_at", "id": "id", "status": "status"},
        {"ISSUED_AT": "issued_at", "AMOUNT": "net_amount", "STATUS": "status"},
        "ISSUED_AT",
        within=PAYMENTS_ACCOUNT,
    ),
}
"""Connections of the Shopify Payments account by field name."""

BY_ID: dict[str, str] = {
    "order": "Order",
    "product": "Product",
    "productVariant": "ProductVariant",
    "inventoryItem": "InventoryItem",
    "inventoryLevel": "InventoryLevel",
    "location": "Location",
    "customer": "Customer",
    "discountNode": "DiscountNode",
    "refund": "Refund",
    "return": "Return",
    "fulfillment": "Fulfillment",
    "fulfillmentOrder": "FulfillmentOrder",
    "event": "Event",
}
"""Root fields that give one object by id."""

BY_GID: dict[str, str] = {KINDS[k].type: k for k in BY_ID.values() if KINDS[k].case is None} | {
    "LineItem": "LineItem",
    "OrderTransaction": "OrderTransaction",
    "AbandonedCheckout": "AbandonedCheckout",
    "BasicEvent": "Event",
    "ShopifyPaymentsBalanceTransaction": "BalanceTransaction",
    "ShopifyPaymentsPayout": "Payout",
}
"""Kinds of what ``node(id)`` finds, by the type in the gid."""

COUNTS: dict[str, str] = {"ordersCount": "orders", "productsCount": "products", "customersCount": "customers"}
"""Root fields that count a root connection's nodes."""
