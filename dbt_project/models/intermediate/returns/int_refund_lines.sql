with refunds as (

    select * from {{ ref('stg_shopify__refunds') }}

),

refund_lines as (

    select * from {{ ref('stg_shopify__refund_lines') }}

),

orders as (

    select * from {{ ref('int_orders') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

dated as (

    select
        refund_lines.store_id,
        refund_lines.refund_id,
        refund_lines.refund_line_id,
        refund_lines.order_id,
        refunds.return_id,
        refund_lines.order_line_id,
        refund_lines.quantity,
        refund_lines.restock_type,
        coalesce(refund_lines.is_restocked, false) as is_restocked,
        {{ money('
            refund_lines.subtotal_amount
            - case when orders.taxes_included then coalesce(refund_lines.tax_amount, 0) else 0 end
        ') }} as line_amount,
        {{ money('coalesce(refund_lines.tax_amount, 0)') }} as tax_amount,
        coalesce(refunds.processed_at, refunds.created_at, refunds.updated_at) as refunded_at,
        {{ local_date('coalesce(refunds.processed_at, refunds.created_at, refunds.updated_at)', 'stores.timezone') }}
            as refunded_date,
        orders.currency
    from refund_lines
    inner join refunds
        on
            refund_lines.store_id = refunds.store_id
            and refund_lines.refund_id = refunds.refund_id
    inner join stores
        on refund_lines.store_id = stores.store_id
    inner join orders
        on
            refund_lines.store_id = orders.store_id
            and refund_lines.order_id = orders.order_id

),

final as (

    select
        dated.*,
        {{ to_reporting('dated.line_amount', 'exchange_rates') }} as line_amount_reporting,
        {{ to_reporting('dated.tax_amount', 'exchange_rates') }} as tax_amount_reporting
    from dated
    left join exchange_rates
        on
            dated.currency = exchange_rates.from_currency
            and dated.refunded_date = exchange_rates.date

)

select * from final
