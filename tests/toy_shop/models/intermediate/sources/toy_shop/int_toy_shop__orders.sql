with carts as (

    select * from {{ ref('stg_toy_shop__carts') }}

),

shops as (

    select * from {{ ref('stg_toy_shop__shops') }}

)

select
    carts.store_id,
    carts.order_id,
    'toy_shop' as platform,
    'order' as order_type,
    carts.order_id as order_name,
    carts.customer_id,
    {{ hashed_pii('carts.email') }} as email_hash,
    cast(null as {{ dbt.type_string() }}) as company_id,
    cast(null as {{ dbt.type_string() }}) as company_name,
    cast(null as {{ dbt.type_string() }}) as company_location_name,
    carts.source_name,
    carts.is_test,
    false as is_edited,
    false as is_cancelled,
    true as is_paid,
    false as is_negotiated,
    false as taxes_included,
    cast(null as {{ dbt.type_string() }}) as financial_status,
    cast(null as {{ dbt.type_string() }}) as fulfillment_status,
    cast(null as {{ dbt.type_string() }}) as return_status,
    cast(null as {{ dbt.type_string() }}) as cancel_reason,
    cast(null as {{ dbt.type_string() }}) as discount_codes,
    carts.country_code,
    cast(null as {{ dbt.type_string() }}) as province_code,
    cast(null as {{ dbt.type_string() }}) as city,
    shops.currency,
    shops.currency as presentment_currency,
    cast(0 as decimal(18, 4)) as tip_amount,
    carts.total_amount as source_total_amount,
    cast(null as decimal(18, 4)) as source_tax_amount,
    carts.ordered_at,
    cast(null as timestamp) as ordered_local_at,
    cast(null as timestamp) as cancelled_at,
    cast(null as timestamp) as closed_at,
    cast(null as timestamp) as updated_at,
    cast(null as {{ dbt.type_string() }}) as admin_url
from carts
inner join shops
    on carts.store_id = shops.store_id
