with discounts as (

    select
        *,
        case when coalesce(codes, '[]') = '[]' then '[""]' else codes end as codes_or_none
    from {{ ref('stg_shopify__discounts') }}

),

shops as (

    select * from {{ ref('stg_shopify__shops') }}

),

discount_codes as (

    {{ explode_json_array('discounts', 'codes_or_none', 'code') }}

)

select
    discount_codes.discount_id as promotion_id,
    discount_codes.store_id,
    discount_codes.title as promotion_name,
    case
        when discount_codes.percentage is not null then 'percentage'
        when lower(discount_codes.discount_type) like '%freeshipping' then 'free_shipping'
        when lower(discount_codes.discount_type) like '%bxgy' then 'bogo'
        else 'fixed_amount'
    end as promotion_type,
    nullif(upper(trim(discount_codes.code)), '') as discount_code,
    cast(discount_codes.percentage as decimal(9, 6)) as discount_rate,
    {{ money('discount_codes.amount') }} as discount_amount,
    discount_codes.currency,
    cast(null as {{ dbt.type_string() }}) as category,
    cast(null as {{ dbt.type_string() }}) as sku,
    {{ local_date('discount_codes.starts_at', 'shops.timezone') }} as start_date,
    {{ local_date('discount_codes.ends_at', 'shops.timezone') }} as end_date,
    false as is_planned
from discount_codes
left join shops
    on discount_codes.store_id = shops.store_id
