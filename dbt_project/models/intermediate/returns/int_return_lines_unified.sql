{%- set amounts = ['line_amount', 'tax_amount', 'line_amount_reporting', 'tax_amount_reporting'] %}

with return_lines as (

    select * from {{ ref('stg_shopify__return_lines') }}

),

refund_lines as (

    select * from {{ ref('int_refund_lines') }}

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

-- Several refunds may pay back one line of a return, and several lines of a return may send back one order line
-- (for different reasons): refunds are summed to (return, order line) and shared out by units refunded. Units that a
-- return's refund takes off the order before they left are none of the return's.
refunds_by_return_line as (

    select
        store_id,
        return_id,
        order_line_id,
        {%- for amount in amounts %}
        {{ known_sum(amount) }} as {{ amount }},
        {%- endfor %}
        sum(case when is_restocked then quantity else 0 end) as restocked_quantity,
        min(refunded_at) as refunded_at
    from refund_lines
    where
        return_id is not null
        and coalesce(restock_type, '') <> 'CANCEL'
    group by
        store_id,
        return_id,
        order_line_id

),

shared as (

    select
        return_lines.*,
        cast(return_lines.refunded_quantity as double)
        / nullif(
            sum(return_lines.refunded_quantity) over (
                partition by return_lines.store_id, return_lines.return_id, return_lines.order_line_id
            ), 0
        ) as refund_share
    from return_lines

),

requested_returns as (

    select
        shared.store_id,
        shared.return_id,
        shared.return_line_id,
        shared.order_id,
        shared.order_line_id,
        'return' as return_source,
        shared.quantity,
        coalesce(shared.processed_quantity, 0) as processed_quantity,
        coalesce(shared.refunded_quantity, 0) as refunded_quantity,
        cast(round(coalesce(refunds_by_return_line.restocked_quantity, 0) * coalesce(shared.refund_share, 0)) as int)
            as restocked_quantity,
        {%- for amount in amounts %}
        case
            when refunds_by_return_line.return_id is null then 0
            else {{ money('refunds_by_return_line.' ~ amount ~ ' * coalesce(shared.refund_share, 0)') }}
        end as refunded_{{ amount }},
        {%- endfor %}
        refunds_by_return_line.refunded_at,
        coalesce(shared.restocking_fee_amount, 0) as restocking_fee_amount,
        shared.return_reason_handle as source_reason
    from shared
    left join refunds_by_return_line
        on
            shared.store_id = refunds_by_return_line.store_id
            and shared.return_id = refunds_by_return_line.return_id
            and shared.order_line_id = refunds_by_return_line.order_line_id

),

-- Goods handed back over the counter come as a refund alone. Lines cancelled before shipping never left.
refunded_without_return as (

    select
        store_id,
        'refund-' || refund_id as return_id,
        'refund-' || refund_id || '-' || refund_line_id as return_line_id,
        order_id,
        order_line_id,
        'refund' as return_source,
        quantity,
        quantity as processed_quantity,
        quantity as refunded_quantity,
        case when is_restocked then quantity else 0 end as restocked_quantity,
        {%- for amount in amounts %}
        {{ amount }} as refunded_{{ amount }},
        {%- endfor %}
        refunded_at,
        cast(0 as decimal(18, 4)) as restocking_fee_amount,
        cast(null as {{ dbt.type_string() }}) as source_reason
    from refund_lines
    where
        return_id is null
        and coalesce(restock_type, '') <> 'CANCEL'

),

returned_by_file as (

    select
        file_entries.store_id,
        file_entries.order_id as return_id,
        file_entries.order_line_id as return_line_id,
        coalesce(file_entries.original_order_id, file_entries.order_id) as order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        'file' as return_source,
        -file_entries.quantity as quantity,
        -file_entries.quantity as processed_quantity,
        -file_entries.quantity as refunded_quantity,
        0 as restocked_quantity,
        -file_entries.net_amount as refunded_line_amount,
        -file_entries.tax_amount as refunded_tax_amount,
        {{ to_reporting('-file_entries.net_amount', 'exchange_rates') }} as refunded_line_amount_reporting,
        {{ to_reporting('-file_entries.tax_amount', 'exchange_rates') }} as refunded_tax_amount_reporting,
        file_entries.ordered_at as refunded_at,
        cast(0 as decimal(18, 4)) as restocking_fee_amount,
        cast(null as {{ dbt.type_string() }}) as source_reason,
        file_entries.sku
    from file_entries
    left join exchange_rates
        on
            file_entries.currency = exchange_rates.from_currency
            and file_entries.order_date = exchange_rates.date
    where
        file_entries.entry_type = 'return'
        and file_entries.line_type = 'product'

),

of_shopify as (

    select * from requested_returns

    union all

    select * from refunded_without_return

),

final as (

    select
        of_shopify.*,
        order_lines.variant_id,
        order_lines.sku,
        order_lines.is_sales_line
    from of_shopify
    inner join order_lines
        on
            of_shopify.store_id = order_lines.store_id
            and of_shopify.order_line_id = order_lines.order_line_id

    union all

    select
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
        refunded_line_amount,
        refunded_tax_amount,
        refunded_line_amount_reporting,
        refunded_tax_amount_reporting,
        refunded_at,
        restocking_fee_amount,
        source_reason,
        sku as variant_id,
        sku,
        true as is_sales_line
    from returned_by_file

)

select * from final
