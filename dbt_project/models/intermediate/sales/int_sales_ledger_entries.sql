{{ config(materialized='view') }}

with stores as (

    select * from {{ ref('int_stores') }}

),

orders as (

    select * from {{ ref('int_orders_unified') }}

),

agreements as (

    select * from {{ ref('stg_shopify__sales_agreements') }}

),

sales as (

    select * from {{ ref('stg_shopify__sales') }}

),

refund_lines as (

    select * from {{ ref('stg_shopify__refund_lines') }}

),

file_entries as (

    select * from {{ ref('int_files__order_entries') }}

),

order_lines as (

    select * from {{ ref('int_order_lines_unified') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

reporting_currency as (

    select * from {{ ref('int_reporting_currency') }}

),

-- Dates are worked out once per agreement, not once per sale.
dated_agreements as (

    select
        agreements.store_id,
        agreements.agreement_id,
        agreements.order_id,
        agreements.refund_id,
        agreements.agreement_type,
        agreements.happened_at as event_at,
        {{ local_date('agreements.happened_at', 'stores.timezone') }} as event_date,
        orders.order_date,
        orders.currency,
        coalesce(orders.is_test, false) as is_test
    from agreements
    inner join stores
        on agreements.store_id = stores.store_id
    inner join orders
        on
            agreements.store_id = orders.store_id
            and agreements.order_id = orders.order_id

),

-- Units that were taken off an order before they left: not a return of goods.
cancelled_refund_lines as (

    select
        store_id,
        refund_id,
        order_line_id
    from refund_lines
    where restock_type = 'CANCEL'

),

shopify_entries as (

    select
        'shopify' as source,
        sales.store_id,
        sales.sale_id as source_entry_id,
        sales.order_id,
        sales.order_id as document_id,
        sales.order_line_id,
        order_lines.variant_id,
        order_lines.sku,
        case
            when dated_agreements.agreement_type = 'OrderEditAgreement' then 'edit'
            when sales.action_type = 'ORDER' and dated_agreements.agreement_type = 'ReturnAgreement' then 'exchange'
            when sales.action_type = 'ORDER' then 'sale'
            when sales.action_type = 'RETURN' and cancelled_refund_lines.refund_id is not null then 'cancellation'
            when sales.action_type = 'RETURN' and sales.line_type <> 'ADJUSTMENT' then 'return'
            else 'adjustment'
        end as entry_type,
        case sales.line_type
            when 'PRODUCT' then 'product'
            when 'SHIPPING' then 'shipping'
            when 'GIFT_CARD' then 'gift_card'
            when 'TIP' then 'tip'
            when 'DUTY' then 'duty'
            when 'FEE' then 'fee'
            when 'ADDITIONAL_FEE' then 'fee'
            when 'ADJUSTMENT' then 'adjustment'
            else 'other'
        end as line_type,
        dated_agreements.event_at,
        dated_agreements.event_date,
        dated_agreements.order_date,
        coalesce(sales.quantity, 0) as quantity,
        coalesce(sales.total_amount, 0) as source_amount,
        {{ money('
            coalesce(sales.total_amount, 0) - coalesce(sales.tax_amount, 0) + coalesce(sales.discount_amount, 0)
        ') }} as gross_amount,
        coalesce(sales.discount_amount, 0) as discount_amount,
        {{ money('coalesce(sales.total_amount, 0) - coalesce(sales.tax_amount, 0)') }} as amount,
        coalesce(sales.tax_amount, 0) as tax_amount,
        dated_agreements.currency,
        sales.line_type = 'PRODUCT' and not dated_agreements.is_test as is_sales_entry,
        dated_agreements.is_test,
        false as is_exact_duplicate
    from sales
    inner join dated_agreements
        on
            sales.store_id = dated_agreements.store_id
            and sales.agreement_id = dated_agreements.agreement_id
    left join order_lines
        on
            sales.store_id = order_lines.store_id
            and sales.order_line_id = order_lines.order_line_id
    left join cancelled_refund_lines
        on
            sales.store_id = cancelled_refund_lines.store_id
            and sales.order_line_id = cancelled_refund_lines.order_line_id
            and dated_agreements.refund_id = cancelled_refund_lines.refund_id

),

-- A credit note that names its order belongs to that order; one that does not is an order's document of its own.
file_entries_of_orders as (

    select
        'files' as source,
        file_entries.store_id,
        file_entries.order_line_id as source_entry_id,
        coalesce(orders.order_id, file_entries.order_id) as order_id,
        file_entries.order_id as document_id,
        case when file_entries.entry_type = 'sale' then file_entries.order_line_id end as order_line_id,
        case when file_entries.line_type in ('product', 'gift_card') then file_entries.sku end as variant_id,
        file_entries.sku,
        file_entries.entry_type,
        file_entries.line_type,
        file_entries.ordered_at as event_at,
        file_entries.order_date as event_date,
        coalesce(orders.order_date, file_entries.order_date) as order_date,
        file_entries.quantity,
        file_entries.source_amount,
        file_entries.gross_amount,
        file_entries.discount_amount,
        file_entries.net_amount as amount,
        file_entries.tax_amount,
        file_entries.currency,
        file_entries.line_type = 'product' as is_sales_entry,
        false as is_test,
        file_entries.is_exact_duplicate
    from file_entries
    left join orders
        on
            file_entries.store_id = orders.store_id
            and file_entries.original_order_id = orders.order_id

),

entries as (

    select * from shopify_entries

    union all

    select * from file_entries_of_orders

),

final as (

    select
        entries.*,
        {{ to_reporting('entries.gross_amount', 'exchange_rates') }} as gross_amount_reporting,
        {{ to_reporting('entries.discount_amount', 'exchange_rates') }} as discount_amount_reporting,
        {{ to_reporting('entries.amount', 'exchange_rates') }} as amount_reporting,
        {{ to_reporting('entries.tax_amount', 'exchange_rates') }} as tax_amount_reporting,
        reporting_currency.reporting_currency
    from entries
    cross join reporting_currency
    left join exchange_rates
        on
            entries.currency = exchange_rates.from_currency
            and entries.event_date = exchange_rates.date

)

select * from final
