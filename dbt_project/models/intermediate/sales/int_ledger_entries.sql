{{ config(materialized='view') }}

{%- set sale_amounts = ['total_amount', 'discount_amount', 'tax_amount'] %}

with stores as (

    select * from {{ ref('int_stores') }}

),

orders as (

    select * from {{ ref('int_orders') }}

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

    select * from {{ ref('int_order_lines') }}

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

-- A refund takes units of one line back in two lines of its own where some had left and some had not.
refunded_units as (

    select
        store_id,
        refund_id,
        order_line_id,
        sum(case when restock_type = 'CANCEL' then quantity else 0 end) as cancelled_quantity,
        sum(case when restock_type = 'CANCEL' then 0 else quantity end) as returned_quantity
    from refund_lines
    group by
        store_id,
        refund_id,
        order_line_id

),

-- Shopify does not say which sale stands for which line of the refund: the sale of as many units as were cancelled
-- comes first, and cancelled units are counted off before those that came back.
refunded_sales as (

    select
        sales.*,
        refunded_units.cancelled_quantity as cancelled_quantity_of_line,
        refunded_units.returned_quantity as returned_quantity_of_line,
        coalesce(
            sum(-sales.quantity) over (
                partition by sales.store_id, agreements.refund_id, sales.order_line_id
                order by
                    case when -sales.quantity = refunded_units.cancelled_quantity then 0 else 1 end nulls last,
                    sales.sale_id nulls last
                rows between unbounded preceding and 1 preceding
            ), 0
        ) as quantity_before
    from sales
    inner join agreements
        on
            sales.store_id = agreements.store_id
            and sales.agreement_id = agreements.agreement_id
    inner join refunded_units
        on
            sales.store_id = refunded_units.store_id
            and sales.order_line_id = refunded_units.order_line_id
            and agreements.refund_id = refunded_units.refund_id
    where
        sales.action_type = 'RETURN'
        and refunded_units.cancelled_quantity > 0

),

counted_sales as (

    select
        *,
        cast(case
            when returned_quantity_of_line = 0 then quantity
            else -least(-quantity, greatest(cancelled_quantity_of_line - quantity_before, 0))
        end as int) as cancelled_quantity
    from refunded_sales

),

-- Units that were taken off an order before they left: not a return of goods.
cancelled_parts as (

    select
        store_id,
        sale_id,
        cancelled_quantity as quantity,
        {%- for amount in sale_amounts %}
        {{ money(safe_divide(amount ~ ' * cancelled_quantity', 'quantity')) }} as {{ amount }},
        {%- endfor %}
        returned_quantity_of_line = 0 or cancelled_quantity = quantity as is_whole_sale
    from counted_sales
    where
        cancelled_quantity < 0
        or returned_quantity_of_line = 0

),

-- What is left of a sale beside its cancelled part: the two add up to it exactly.
sale_parts as (

    select
        sales.store_id,
        sales.agreement_id,
        sales.order_id,
        sales.order_line_id,
        sales.action_type,
        sales.line_type,
        sales.sale_id,
        sales.sale_id as source_entry_id,
        coalesce(sales.quantity, 0)
        - case when cancelled_parts.is_whole_sale then 0 else coalesce(cancelled_parts.quantity, 0) end as quantity,
        {%- for amount in sale_amounts %}
        coalesce(sales.{{ amount }}, 0)
        - case when cancelled_parts.is_whole_sale then 0 else coalesce(cancelled_parts.{{ amount }}, 0) end
            as {{ amount }},
        {%- endfor %}
        coalesce(cancelled_parts.is_whole_sale, false) as is_cancelled
    from sales
    left join cancelled_parts
        on
            sales.store_id = cancelled_parts.store_id
            and sales.sale_id = cancelled_parts.sale_id

    union all

    select
        sales.store_id,
        sales.agreement_id,
        sales.order_id,
        sales.order_line_id,
        sales.action_type,
        sales.line_type,
        sales.sale_id,
        {{ cancelled_part_of('sales.sale_id') }} as source_entry_id,
        cancelled_parts.quantity,
        {%- for amount in sale_amounts %}
        coalesce(cancelled_parts.{{ amount }}, 0) as {{ amount }},
        {%- endfor %}
        true as is_cancelled
    from sales
    inner join cancelled_parts
        on
            sales.store_id = cancelled_parts.store_id
            and sales.sale_id = cancelled_parts.sale_id
    where not cancelled_parts.is_whole_sale

),

shopify_entries as (

    select
        'shopify' as source,
        sale_parts.store_id,
        sale_parts.source_entry_id,
        sale_parts.sale_id,
        sale_parts.order_id,
        sale_parts.order_id as document_id,
        sale_parts.order_line_id,
        order_lines.variant_id,
        order_lines.sku,
        case
            when dated_agreements.agreement_type = 'OrderEditAgreement' then 'edit'
            when sale_parts.action_type = 'ORDER' and dated_agreements.agreement_type = 'ReturnAgreement'
                then 'exchange'
            when sale_parts.action_type = 'ORDER' then 'sale'
            when sale_parts.action_type = 'RETURN' and sale_parts.is_cancelled then 'cancellation'
            when sale_parts.action_type = 'RETURN' and sale_parts.line_type <> 'ADJUSTMENT' then 'return'
            else 'adjustment'
        end as entry_type,
        case sale_parts.line_type
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
        sale_parts.quantity,
        {{ money('sale_parts.total_amount') }} as source_amount,
        {{ money('sale_parts.total_amount - sale_parts.tax_amount + sale_parts.discount_amount') }} as gross_amount,
        {{ money('sale_parts.discount_amount') }} as discount_amount,
        {{ money('sale_parts.total_amount - sale_parts.tax_amount') }} as amount,
        {{ money('sale_parts.tax_amount') }} as tax_amount,
        dated_agreements.currency,
        sale_parts.line_type = 'PRODUCT' and not dated_agreements.is_test as is_sales_entry,
        dated_agreements.is_test,
        false as is_exact_duplicate
    from sale_parts
    inner join dated_agreements
        on
            sale_parts.store_id = dated_agreements.store_id
            and sale_parts.agreement_id = dated_agreements.agreement_id
    left join order_lines
        on
            sale_parts.store_id = order_lines.store_id
            and sale_parts.order_line_id = order_lines.order_line_id

),

-- A credit note that names its order belongs to that order; one that does not is an order's document of its own.
file_entries_of_orders as (

    select
        'files' as source,
        file_entries.store_id,
        file_entries.order_line_id as source_entry_id,
        cast(null as {{ dbt.type_string() }}) as sale_id,
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
