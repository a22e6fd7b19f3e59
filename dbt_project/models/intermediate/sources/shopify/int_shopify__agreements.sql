{#- Several models read it, and no engine plans what it is made of again for each. #}
{{ config(materialized='table') }}

with agreements as (

    select * from {{ ref('stg_shopify__sales_agreements') }}

),

orders_without as (

    select * from {{ ref('int_shopify__orders_without_agreements') }}

),

refunds as (

    select * from {{ ref('int_shopify__refunds') }}

)

select
    store_id,
    order_id,
    agreement_id,
    agreement_type,
    refund_id,
    happened_at
from agreements

union all

select
    store_id,
    order_id,
    {{ made_agreement_of('order', 'order_id') }} as agreement_id,
    'OrderAgreement' as agreement_type,
    cast(null as {{ dbt.type_string() }}) as refund_id,
    ordered_at as happened_at
from orders_without

union all

select
    refunds.store_id,
    refunds.order_id,
    {{ made_agreement_of('refund', 'refunds.refund_id') }} as agreement_id,
    'RefundAgreement' as agreement_type,
    refunds.refund_id,
    refunds.refunded_at as happened_at
from refunds
inner join orders_without
    on
        refunds.store_id = orders_without.store_id
        and refunds.order_id = orders_without.order_id
