{{ config(materialized='view') }}

with refunds as (

    select * from {{ ref('stg_shopify__refunds') }}

),

refund_lines as (

    select * from {{ ref('stg_shopify__refund_lines') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

)

select
    refund_lines.store_id,
    refund_lines.refund_id,
    refund_lines.refund_line_id,
    refund_lines.order_id,
    refunds.return_id,
    refund_lines.order_line_id,
    refund_lines.quantity,
    coalesce(refund_lines.restock_type = 'CANCEL', false) as is_cancelled,
    coalesce(refund_lines.is_restocked, false) as is_restocked,
    {{ money('
        refund_lines.subtotal_amount
        - case when orders.taxes_included then coalesce(refund_lines.tax_amount, 0) else 0 end
    ') }} as line_amount,
    {{ money('coalesce(refund_lines.tax_amount, 0)') }} as tax_amount,
    orders.currency,
    coalesce(refunds.processed_at, refunds.created_at, refunds.updated_at) as refunded_at
from refund_lines
inner join refunds
    on
        refund_lines.store_id = refunds.store_id
        and refund_lines.refund_id = refunds.refund_id
inner join orders
    on
        refund_lines.store_id = orders.store_id
        and refund_lines.order_id = orders.order_id
