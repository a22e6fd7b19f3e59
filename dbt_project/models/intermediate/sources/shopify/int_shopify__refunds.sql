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

transactions as (

    select * from {{ ref('stg_shopify__transactions') }}

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

-- Refunded duties, fees and tips: a refund has no lines of them, its agreement has sales.
charges_by_refund as (

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
        sales.line_type not in ('PRODUCT', 'GIFT_CARD', 'SHIPPING', 'ADJUSTMENT')
        and sales.action_type = 'RETURN'
        and agreements.refund_id is not null
    group by
        agreements.store_id,
        agreements.refund_id

),

-- Shopify lists an order's transactions without their refunds: each belongs to the refund nearest in time.
transactions_of_refunds as (

    select
        refunds.store_id,
        refunds.refund_id,
        transactions.transaction_status,
        transactions.amount
    from transactions
    inner join refunds
        on
            transactions.store_id = refunds.store_id
            and transactions.order_id = refunds.order_id
    where
        transactions.transaction_kind = 'REFUND'
        and not coalesce(transactions.is_test, false)
    qualify row_number() over (
            partition by transactions.store_id, transactions.transaction_id
            order by
                abs({{ dbt.datediff(
                    'coalesce(refunds.processed_at, refunds.created_at, refunds.updated_at)',
                    'coalesce(transactions.processed_at, transactions.created_at)',
                    'second'
                ) }}) nulls last,
                refunds.refund_id nulls last
        ) = 1

),

transactions_by_refund as (

    select
        store_id,
        refund_id,
        sum(case when transaction_status = 'SUCCESS' then amount else 0 end) as successful_amount,
        sum(case when transaction_status = 'SUCCESS' then 0 else amount end) as unsuccessful_amount,
        sum(case when transaction_status in ('PENDING', 'AWAITING_RESPONSE') then amount else 0 end) as pending_amount
    from transactions_of_refunds
    group by
        store_id,
        refund_id

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
    {{ money('coalesce(charges_by_refund.duty_amount, 0)') }} as duty_amount,
    {{ money('coalesce(charges_by_refund.fee_amount, 0)') }} as fee_amount,
    {{ money('coalesce(shipping_by_refund.tax_amount, 0) + coalesce(charges_by_refund.tax_amount, 0)') }}
        as charges_tax_amount,
    {{ money('coalesce(adjustments_by_refund.amount, 0) + coalesce(adjustments_by_refund.tax_amount, 0)') }}
        as adjustment_amount,
    -- The source's own sum may count money that has not left.
    {{ money('
        least(
            coalesce(refunds.refunded_amount, 0),
            greatest(
                coalesce(transactions_by_refund.successful_amount, 0),
                coalesce(refunds.refunded_amount, 0) - coalesce(transactions_by_refund.unsuccessful_amount, 0)
            )
        )
    ') }} as refunded_amount,
    {{ money('coalesce(transactions_by_refund.pending_amount, 0)') }} as pending_amount,
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
left join charges_by_refund
    on
        refunds.store_id = charges_by_refund.store_id
        and refunds.refund_id = charges_by_refund.refund_id
left join transactions_by_refund
    on
        refunds.store_id = transactions_by_refund.store_id
        and refunds.refund_id = transactions_by_refund.refund_id
