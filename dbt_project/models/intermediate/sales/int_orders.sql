with stores as (

    select * from {{ ref('int_stores') }}

),

shopify_orders as (

    select * from {{ ref('stg_shopify__orders') }}

),

file_entries as (

    select * from {{ ref('int_files__order_entries') }}

),

channel_mapping as (

    select * from {{ ref('channel_mapping') }}

),

shopify_orders_local as (

    select
        shopify_orders.*,
        coalesce(shopify_orders.processed_at, shopify_orders.created_at) as ordered_at,
        {{ local_timestamp('coalesce(shopify_orders.processed_at, shopify_orders.created_at)', 'stores.timezone') }}
            as ordered_local_at
    from shopify_orders
    inner join stores
        on shopify_orders.store_id = stores.store_id

),

unified_shopify as (

    select
        store_id,
        order_id,
        'shopify' as platform,
        'order' as order_type,
        order_name,
        customer_id,
        {{ hashed_pii('email') }} as email_hash,
        source_name,
        is_test,
        coalesce(is_edited, false) as is_edited,
        cancelled_at is not null as is_cancelled,
        coalesce(financial_status in ('PAID', 'PARTIALLY_REFUNDED', 'REFUNDED'), false) as is_paid,
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
        ordered_at,
        cast(ordered_local_at as date) as order_date,
        cast(extract(hour from ordered_local_at) as int) as order_hour,
        cancelled_at,
        closed_at,
        updated_at
    from shopify_orders_local

),

-- A document without a sale (a credit note, a stock adjustment) is kept beside the orders, under its own type.
unified_files as (

    select
        store_id,
        order_id,
        'files' as platform,
        case
            when max(case when entry_type = 'sale' then 1 else 0 end) = 1 then 'order'
            when max(case when entry_type = 'return' then 1 else 0 end) = 1 then 'return'
            when max(case when entry_type = 'cancellation' then 1 else 0 end) = 1 then 'cancellation'
            else 'adjustment'
        end as order_type,
        order_id as order_name,
        max(customer_id) as customer_id,
        max(email_hash) as email_hash,
        max(source_name) as source_name,
        false as is_test,
        false as is_edited,
        false as is_cancelled,
        true as is_paid,
        false as taxes_included,
        cast(null as {{ dbt.type_string() }}) as financial_status,
        cast(null as {{ dbt.type_string() }}) as fulfillment_status,
        cast(null as {{ dbt.type_string() }}) as return_status,
        cast(null as {{ dbt.type_string() }}) as cancel_reason,
        cast(null as {{ dbt.type_string() }}) as discount_codes,
        max(country_code) as country_code,
        cast(null as {{ dbt.type_string() }}) as province_code,
        max(city) as city,
        max(currency) as currency,
        max(currency) as presentment_currency,
        cast(0 as decimal(18, 4)) as tip_amount,
        {{ money("sum(case when entry_type = 'sale' then net_amount + tax_amount else 0 end)") }}
            as source_total_amount,
        min(ordered_at) as ordered_at,
        min(order_date) as order_date,
        cast(min_by(order_hour, ordered_at) as int) as order_hour,
        cast(null as timestamp) as cancelled_at,
        cast(null as timestamp) as closed_at,
        cast(null as timestamp) as updated_at
    from file_entries
    group by
        store_id,
        order_id

),

unified as (

    select * from unified_shopify

    union all

    select * from unified_files

),

-- An order that names no channel came through the shop's own site.
final as (

    select
        unified.*,
        case
            when unified.source_name is null then 'online_store'
            else coalesce(channel_mapping.channel_id, 'other')
        end as channel_id
    from unified
    left join channel_mapping
        on lower(trim(unified.source_name)) = channel_mapping.source_name

)

select * from final
