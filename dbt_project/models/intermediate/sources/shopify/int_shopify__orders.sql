{{ config(materialized='view') }}

with orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

shops as (

    select * from {{ ref('stg_shopify__shops') }}

),

of_shops as (

    select
        orders.*,
        shops.shop_domain
    from orders
    left join shops
        on orders.store_id = shops.store_id

)

select
    store_id,
    order_id,
    'shopify' as platform,
    'order' as order_type,
    order_name,
    customer_id,
    {{ hashed_pii('email') }} as email_hash,
    company_id,
    company_name,
    company_location_name,
    source_name,
    is_test,
    coalesce(is_edited, false) as is_edited,
    cancelled_at is not null as is_cancelled,
    coalesce(financial_status in ('PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'), false) as is_paid,
    coalesce(source_name, '') = 'shopify_draft_order' as is_negotiated,
    coalesce(taxes_included, false) as taxes_included,
    lower(financial_status) as financial_status,
    lower(fulfillment_status) as fulfillment_status,
    lower(return_status) as return_status,
    lower(cancel_reason) as cancel_reason,
    discount_codes,
    coalesce(shipping_country_code, billing_country_code) as country_code,
    coalesce(shipping_province_code, billing_province_code) as province_code,
    coalesce(shipping_city, billing_city) as city,
    currency,
    presentment_currency,
    coalesce(tip_amount, 0) as tip_amount,
    coalesce(total_amount, 0) as source_total_amount,
    cast(null as decimal(18, 4)) as source_tax_amount,
    coalesce(processed_at, created_at) as ordered_at,
    cast(null as timestamp) as ordered_local_at,
    cancelled_at,
    closed_at,
    updated_at,
    'https://admin.shopify.com/store/' || replace(shop_domain, '.myshopify.com', '') || '/orders/' || order_id
        as admin_url
from of_shops
