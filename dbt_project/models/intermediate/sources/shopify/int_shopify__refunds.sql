{{ config(materialized='view') }}

with refunds as (

    select * from {{ ref('stg_shopify__refunds') }}

),

refund_shipping_lines as (

    select * from {{ ref('stg_shopify__refund_shipping_lines') }}

),

order_adjustments as (

    select * from {{ ref('stg_shopify__order_adjustments') }}

),

agreements as (

    select * from {{ ref('stg_shopify__sales_agreements') }}

),

sales as (

    select * from {{ ref('stg_shopify__sales') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

shipping_by_refund as (

    select
        store_id,
        refund_id,
        sum(subtotal_amount) as subtotal_amount,
        sum(coalesce(tax_amount, 0)) as tax_amount
    from refund_shipping_lines
    group by
        store_id,
        refund_id

),

adjustments_by_refund as (

    select
        store_id,
        refund_id,
        sum(amount) as amount,
        sum(coalesce(tax_amount, 0)) as tax_amount
    from order_adjustments
    group by
        store_id,
        refund_id

),

-- Refunded duties and fees are in no line of a refund: its agreement's sales tell them.
duties_and_fees_by_refund as (

    select
        agreements.store_id,
        agreements.refund_id,
        -sum(case when sales.line_type = 'DUTY' then sales.total_amount - coalesce(sales.tax_amount, 0) else 0 end)
            as duty_amount,
        -sum(case when sales.line_type = 'DUTY' then 0 else sales.total_amount - coalesce(sales.tax_amount, 0) end)
            as fee_amount,
        -sum(coalesce(sales.tax_amount, 0)) as tax_amount
    from sales
    inner join agreements
        on
            sales.store_id = agreements.store_id
            and sales.agreement_id = agreements.agreement_id
    where
        sales.line_type in ('DUTY', 'FEE', 'ADDITIONAL_FEE')
        and sales.action_type = 'RETURN'
        and agreements.refund_id is not null
    group by
        agreements.store_id,
        agreements.refund_id

)

select
    refunds.store_id,
    refunds.refund_id,
    refunds.order_id,
    refunds.return_id,
    {{ money('
        coalesce(shipping_by_refund.subtotal_amount, 0)
        - case when orders.taxes_included then coalesce(shipping_by_refund.tax_amount, 0) else 0 end
    ') }} as shipping_amount,
    {{ money('coalesce(duties_and_fees_by_refund.duty_amount, 0)') }} as duty_amount,
    {{ money('coalesce(duties_and_fees_by_refund.fee_amount, 0)') }} as fee_amount,
    {{ money('coalesce(shipping_by_refund.tax_amount, 0) + coalesce(duties_and_fees_by_refund.tax_amount, 0)') }}
        as charges_tax_amount,
    {{ money('coalesce(adjustments_by_refund.amount, 0) + coalesce(adjustments_by_refund.tax_amount, 0)') }}
        as adjustment_amount,
    {{ money('coalesce(refunds.refunded_amount, 0)') }} as refunded_amount,
    orders.currency,
    coalesce(refunds.processed_at, refunds.created_at, refunds.updated_at) as refunded_at
from refunds
inner join orders
    on
        refunds.store_id = orders.store_id
        and refunds.order_id = orders.order_id
left join shipping_by_refund
    on
        refunds.store_id = shipping_by_refund.store_id
        and refunds.refund_id = shipping_by_refund.refund_id
left join adjustments_by_refund
    on
        refunds.store_id = adjustments_by_refund.store_id
        and refunds.refund_id = adjustments_by_refund.refund_id
left join duties_and_fees_by_refund
    on
        refunds.store_id = duties_and_fees_by_refund.store_id
        and refunds.refund_id = duties_and_fees_by_refund.refund_id
