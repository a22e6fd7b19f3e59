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

    select * from {{ ref('int_order_lines_unified') }}

),

-- Several refunds may pay back one line of a return, and several lines of a return may send back one order line
-- (for different reasons): refunds are summed to (return, order line) and shared out by units refunded. Units that a
-- return's refund takes off the order before they left are none of the return's.
refunds_by_return_line as (

    select
        store_id,
        return_id,
        order_line_id,
        sum(line_amount) as line_amount,
        sum(tax_amount) as tax_amount,
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
        {{ money('coalesce(refunds_by_return_line.line_amount, 0) * coalesce(shared.refund_share, 0)') }}
            as refunded_line_amount,
        {{ money('coalesce(refunds_by_return_line.tax_amount, 0) * coalesce(shared.refund_share, 0)') }}
            as refunded_tax_amount,
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
        line_amount as refunded_line_amount,
        tax_amount as refunded_tax_amount,
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
        store_id,
        order_id as return_id,
        order_line_id as return_line_id,
        coalesce(original_order_id, order_id) as order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        'file' as return_source,
        -quantity as quantity,
        -quantity as processed_quantity,
        -quantity as refunded_quantity,
        0 as restocked_quantity,
        -net_amount as refunded_line_amount,
        -tax_amount as refunded_tax_amount,
        ordered_at as refunded_at,
        cast(0 as decimal(18, 4)) as restocking_fee_amount,
        cast(null as {{ dbt.type_string() }}) as source_reason,
        sku
    from file_entries
    where
        entry_type = 'return'
        and line_type = 'product'

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
        refunded_at,
        restocking_fee_amount,
        source_reason,
        sku as variant_id,
        sku,
        true as is_sales_line
    from returned_by_file

)

select * from final
