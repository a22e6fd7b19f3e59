{%- set amounts = ['line_amount', 'tax_amount'] %}
{%- set twins = ['line_amount', 'tax_amount', 'line_amount_reporting', 'tax_amount_reporting'] %}

with stated as (

    {{ union_of_sources('return_lines', [
        'store_id', 'return_id', 'return_line_id', 'order_id', 'order_line_id', 'variant_id', 'sku', 'is_sales_line',
        'return_source', 'quantity', 'processed_quantity', 'refunded_quantity', 'restocking_fee_amount',
        'source_reason', 'refunded_line_amount', 'refunded_tax_amount', 'currency', 'refunded_at', 'refunded_date'
    ]) }}

),

refund_lines as (

    select * from {{ ref('int_refund_lines') }}

),

order_lines as (

    select * from {{ ref('int_order_lines') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- What a return says was sent back. A line that was tied to no shipment names no order line.
named_lines as (

    select distinct
        store_id,
        return_id,
        order_line_id
    from stated
    where refunded_line_amount is null

),

unnamed_lines as (

    select
        store_id,
        return_id
    from named_lines
    where order_line_id is null

),

-- A refund's line belongs to the return's line of its order line, else to what the return did not name, else it is
-- goods that came back beside what was asked for.
placed_refund_lines as (

    select
        refund_lines.*,
        named_lines.order_line_id as returned_order_line_id,
        named_lines.return_id is not null or unnamed_lines.return_id is not null as is_of_return_line
    from refund_lines
    left join named_lines
        on
            refund_lines.store_id = named_lines.store_id
            and refund_lines.return_id = named_lines.return_id
            and refund_lines.order_line_id = named_lines.order_line_id
    left join unnamed_lines
        on
            refund_lines.store_id = unnamed_lines.store_id
            and refund_lines.return_id = unnamed_lines.return_id
    where not refund_lines.is_cancelled

),

-- Several refunds may pay back one line of a return, and several lines of a return may send back one order line
-- (for different reasons): refunds are summed to (return, order line) and shared out by units refunded. Units that a
-- return's refund takes off the order before they left are none of the return's.
refunds_by_return_line as (

    select
        store_id,
        return_id,
        returned_order_line_id as order_line_id,
        {%- for amount in twins %}
        {{ known_sum(amount) }} as {{ amount }},
        {%- endfor %}
        sum(case when is_restocked then quantity else 0 end) as restocked_quantity,
        min(refunded_at) as refunded_at
    from placed_refund_lines
    where is_of_return_line
    group by
        store_id,
        return_id,
        returned_order_line_id

),

shared as (

    select
        *,
        coalesce(
            cast(refunded_quantity as double)
            / nullif(sum(refunded_quantity) over (partition by store_id, return_id, order_line_id), 0), 0
        ) as refund_share
    from stated
    where refunded_line_amount is null

),

refunded_by_refunds as (

    select
        shared.store_id,
        shared.return_id,
        shared.return_line_id,
        shared.order_id,
        shared.order_line_id,
        shared.variant_id,
        shared.sku,
        -- Who sends back what nobody can name sends back goods.
        coalesce(shared.is_sales_line, shared.order_line_id is null) as is_sales_line,
        shared.return_source,
        shared.quantity,
        shared.processed_quantity,
        shared.refunded_quantity,
        cast(round(coalesce(refunds_by_return_line.restocked_quantity, 0) * shared.refund_share) as int)
            as restocked_quantity,
        {%- for amount in twins %}
        case
            when refunds_by_return_line.return_id is null then 0
            else {{ money_from_double('refunds_by_return_line.' ~ amount ~ ' * shared.refund_share') }}
        end as refunded_{{ amount }},
        {%- endfor %}
        refunds_by_return_line.refunded_at,
        shared.restocking_fee_amount,
        shared.source_reason
    from shared
    left join refunds_by_return_line
        on
            shared.store_id = refunds_by_return_line.store_id
            and shared.return_id = refunds_by_return_line.return_id
            and {{ is_same('shared.order_line_id', 'refunds_by_return_line.order_line_id') }}

),

-- A credit note is return and refund in one.
refunded_by_itself as (

    select
        stated.store_id,
        stated.return_id,
        stated.return_line_id,
        stated.order_id,
        stated.order_line_id,
        stated.variant_id,
        stated.sku,
        stated.is_sales_line,
        stated.return_source,
        stated.quantity,
        stated.processed_quantity,
        stated.refunded_quantity,
        0 as restocked_quantity,
        {%- for amount in amounts %}
        stated.refunded_{{ amount }},
        {%- endfor %}
        {%- for amount in amounts %}
        {{ to_reporting('stated.refunded_' ~ amount, 'exchange_rates') }} as refunded_{{ amount }}_reporting,
        {%- endfor %}
        stated.refunded_at,
        stated.restocking_fee_amount,
        stated.source_reason
    from stated
    left join exchange_rates
        on
            stated.currency = exchange_rates.from_currency
            and stated.refunded_date = exchange_rates.date
    where stated.refunded_line_amount is not null

),

-- Goods handed back over the counter come as a refund alone. Lines cancelled before shipping never left.
refunded_without_return as (

    select
        store_id,
        coalesce(return_id, 'refund-' || refund_id) as return_id,
        'refund-' || refund_id || '-' || refund_line_id as return_line_id,
        order_id,
        order_line_id,
        cast(null as {{ dbt.type_string() }}) as variant_id,
        cast(null as {{ dbt.type_string() }}) as sku,
        cast(null as boolean) as is_sales_line,
        'refund' as return_source,
        quantity,
        quantity as processed_quantity,
        quantity as refunded_quantity,
        case when is_restocked then quantity else 0 end as restocked_quantity,
        {%- for amount in twins %}
        {{ amount }} as refunded_{{ amount }},
        {%- endfor %}
        refunded_at,
        cast(0 as decimal(18, 4)) as restocking_fee_amount,
        cast(null as {{ dbt.type_string() }}) as source_reason
    from placed_refund_lines
    where not is_of_return_line

),

return_lines as (

    select * from refunded_by_refunds

    union all

    select * from refunded_by_itself

    union all

    select * from refunded_without_return

),

-- What names an order line that is not known is no return of the shop's.
identified as (

    select
        return_lines.*,
        coalesce(
            order_lines.order_key, {{ order_key('return_lines.store_id', 'return_lines.order_id') }}
        ) as order_key,
        order_lines.order_line_key,
        coalesce(
            order_lines.product_key, {{ product_key('return_lines.store_id', 'return_lines.variant_id') }}
        ) as product_key,
        coalesce(order_lines.variant_id, return_lines.variant_id) as identified_variant_id,
        coalesce(order_lines.sku, return_lines.sku) as identified_sku,
        coalesce(order_lines.is_sales_line, return_lines.is_sales_line) as is_identified_sales_line
    from return_lines
    left join order_lines
        on
            return_lines.store_id = order_lines.store_id
            and return_lines.order_line_id = order_lines.order_line_id
    where
        return_lines.order_line_id is null
        or order_lines.order_line_id is not null

)

select
    {{ surrogate_key(['store_id', 'return_line_id']) }} as return_line_key,
    {{ surrogate_key(['store_id', 'return_id']) }} as return_key,
    order_key,
    order_line_key,
    product_key,
    store_id,
    return_id,
    return_line_id,
    order_id,
    order_line_id,
    return_source,
    quantity,
    processed_quantity,
    refunded_quantity,
    restocked_quantity,
    {%- for amount in twins %}
    refunded_{{ amount }},
    {%- endfor %}
    refunded_at,
    restocking_fee_amount,
    source_reason,
    identified_variant_id as variant_id,
    identified_sku as sku,
    is_identified_sales_line as is_sales_line
from identified
