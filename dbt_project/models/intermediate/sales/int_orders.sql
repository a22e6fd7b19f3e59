with stated as (

    {{ union_of_sources('orders', [
        'store_id', 'order_id', 'platform', 'order_type', 'order_name', 'customer_id', 'email_hash', 'company_id',
        'company_name', 'company_location_name', 'source_name',
        'is_test', 'is_edited', 'is_cancelled', 'is_paid', 'is_negotiated', 'taxes_included', 'financial_status',
        'fulfillment_status', 'return_status', 'cancel_reason', 'discount_codes', 'country_code', 'province_code', 'city',
        'currency', 'presentment_currency', 'tip_amount', 'source_total_amount', 'source_tax_amount', 'ordered_at',
        'ordered_local_at', 'cancelled_at', 'closed_at', 'updated_at', 'admin_url'
    ]) }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

channel_mapping as (

    select * from {{ ref('channel_mapping') }}

),

dated as (

    select
        stated.*,
        stores.has_unknown_returns,
        coalesce(stated.ordered_local_at, {{ local_timestamp('stated.ordered_at', 'stores.timezone') }})
            as local_time
    from stated
    inner join stores
        on stated.store_id = stores.store_id

),

-- An order that names no channel came through the shop's own site.
with_channel as (

    select
        dated.*,
        case
            when dated.source_name is null then 'online_store'
            else coalesce(channel_mapping.channel_id, 'other')
        end as channel_id
    from dated
    left join channel_mapping
        on lower(trim(dated.source_name)) = channel_mapping.source_name

)

select
    {{ order_key('store_id', 'order_id') }} as order_key,
    store_id,
    order_id,
    platform,
    order_type,
    order_name,
    customer_id,
    email_hash,
    company_id,
    company_name,
    company_location_name,
    source_name,
    {{ channel_key('channel_id') }} as channel_key,
    channel_id,
    is_test,
    is_edited,
    is_cancelled,
    is_paid,
    is_negotiated,
    taxes_included,
    financial_status,
    fulfillment_status,
    return_status,
    cancel_reason,
    discount_codes,
    country_code,
    province_code,
    city,
    currency,
    presentment_currency,
    tip_amount,
    source_total_amount,
    source_tax_amount,
    ordered_at,
    cast(local_time as date) as order_date,
    cast(extract(hour from local_time) as int) as order_hour,
    cancelled_at,
    closed_at,
    updated_at,
    admin_url,
    has_unknown_returns
from with_channel
