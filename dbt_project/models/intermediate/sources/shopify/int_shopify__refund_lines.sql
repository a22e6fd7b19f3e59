{{ config(materialized='view') }}

with refunds as (

    select * from {{ ref('stg_shopify__refunds') }}

),

refund_lines as (

    select * from {{ ref('stg_shopify__refund_lines') }}

),

orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

agreements as (

    select * from {{ ref('stg_shopify__sales_agreements') }}

),

sales as (

    select * from {{ ref('stg_shopify__sales') }}

),

agreed_refunds as (

    select distinct
        store_id,
        refund_id
    from agreements
    where refund_id is not null

),

-- A tip or a charge of an app that came as a line goes back as what it was (int_shopify__refunds), not as goods.
charged_lines as (

    select distinct
        store_id,
        order_line_id
    from sales
    where
        line_type not in ('PRODUCT', 'GIFT_CARD')
        and order_line_id is not null

),

-- An edit that takes units off an order may leave a refund's line behind, which no agreement about a refund tells of.
edited_off_lines as (

    select distinct
        sales.store_id,
        sales.order_line_id
    from sales
    inner join agreements
        on
            sales.store_id = agreements.store_id
            and sales.agreement_id = agreements.agreement_id
    where
        sales.action_type = 'RETURN'
        and agreements.agreement_type = 'OrderEditAgreement'

)

select
    refund_lines.store_id,
    refund_lines.refund_id,
    refund_lines.refund_line_id,
    refund_lines.order_id,
    refunds.return_id,
    refund_lines.order_line_id,
    refund_lines.quantity,
    coalesce(refund_lines.restock_type = 'CANCEL', false)
    or (agreed_refunds.refund_id is null and edited_off_lines.order_line_id is not null) as is_cancelled,
    agreed_refunds.refund_id is null and edited_off_lines.order_line_id is not null as is_edited_off,
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
left join agreed_refunds
    on
        refund_lines.store_id = agreed_refunds.store_id
        and refund_lines.refund_id = agreed_refunds.refund_id
left join edited_off_lines
    on
        refund_lines.store_id = edited_off_lines.store_id
        and refund_lines.order_line_id = edited_off_lines.order_line_id
left join charged_lines
    on
        refund_lines.store_id = charged_lines.store_id
        and refund_lines.order_line_id = charged_lines.order_line_id
where
    charged_lines.order_line_id is null
    -- What an edit took off without paying anything back is told by the edit.
    and not (
        agreed_refunds.refund_id is null
        and edited_off_lines.order_line_id is not null
        and coalesce(refunds.refunded_amount, 0) = 0
    )
