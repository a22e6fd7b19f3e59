{{ config(materialized='view') }}

with stated as (

    {{ union_of_sources('ledger_entries', [
        'source', 'store_id', 'source_entry_id', 'sale_id', 'document_id', 'original_order_id', 'order_line_id',
        'variant_id', 'sku', 'entry_type', 'line_type', 'event_at', 'event_date', 'quantity', 'source_amount',
        'gross_amount', 'discount_amount', 'amount', 'tax_amount', 'currency', 'is_exact_duplicate'
    ]) }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- A credit note that names its order belongs to that order; one that does not is an order's document of its own.
of_orders as (

    select
        stated.*,
        coalesce(original_orders.order_key, documents.order_key) as order_key,
        coalesce(original_orders.order_id, stated.document_id) as order_id,
        coalesce(original_orders.order_date, documents.order_date) as order_date,
        coalesce(stated.currency, documents.currency) as entry_currency,
        coalesce(documents.is_test, false) as is_test
    from stated
    inner join orders as documents
        on
            stated.store_id = documents.store_id
            and stated.document_id = documents.order_id
    left join orders as original_orders
        on
            stated.store_id = original_orders.store_id
            and stated.original_order_id = original_orders.order_id

)

select
    of_orders.source,
    of_orders.store_id,
    of_orders.source_entry_id,
    of_orders.sale_id,
    of_orders.order_key,
    of_orders.order_id,
    of_orders.document_id,
    coalesce(
        order_lines.order_line_key, {{ order_line_key('of_orders.store_id', 'of_orders.order_line_id') }}
    ) as order_line_key,
    of_orders.order_line_id,
    coalesce(
        order_lines.product_key, {{ product_key('of_orders.store_id', 'of_orders.variant_id') }}
    ) as product_key,
    coalesce(order_lines.variant_id, of_orders.variant_id) as variant_id,
    coalesce(order_lines.sku, of_orders.sku) as sku,
    of_orders.entry_type,
    of_orders.line_type,
    of_orders.event_at,
    of_orders.event_date,
    of_orders.order_date,
    of_orders.quantity,
    of_orders.source_amount,
    of_orders.gross_amount,
    of_orders.discount_amount,
    of_orders.amount,
    of_orders.tax_amount,
    of_orders.entry_currency as currency,
    of_orders.line_type = 'product' and not of_orders.is_test as is_sales_entry,
    of_orders.is_test,
    of_orders.is_exact_duplicate,
    {{ to_reporting('of_orders.gross_amount', 'exchange_rates') }} as gross_amount_reporting,
    {{ to_reporting('of_orders.discount_amount', 'exchange_rates') }} as discount_amount_reporting,
    {{ to_reporting('of_orders.amount', 'exchange_rates') }} as amount_reporting,
    {{ to_reporting('of_orders.tax_amount', 'exchange_rates') }} as tax_amount_reporting,
    {{ reporting_currency() }} as reporting_currency
from of_orders
left join order_lines
    on
        of_orders.store_id = order_lines.store_id
        and of_orders.order_line_id = order_lines.order_line_id
left join exchange_rates
    on
        of_orders.entry_currency = exchange_rates.from_currency
        and of_orders.event_date = exchange_rates.date
