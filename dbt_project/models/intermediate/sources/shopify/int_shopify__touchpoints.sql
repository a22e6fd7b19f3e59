with moments as (

    select * from {{ ref('stg_shopify__customer_journey_moments') }}

)

select
    store_id,
    order_id,
    moment_id as touchpoint_id,
    occurred_at,
    lower(source) as source,
    lower(source_type) as source_type,
    landing_page,
    utm_source,
    utm_medium,
    utm_campaign,
    utm_content,
    utm_term
from moments
