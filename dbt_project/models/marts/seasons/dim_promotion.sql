-- The merchant's plan of promotions, and the discounts that the shop itself holds; a code that both know is planned.
with promotions as (

    select *
    from {{ ref('stg_files__promotions') }}

),

discounts as (

    select *
    from {{ ref('stg_shopify__discounts') }}

),

stores as (

    select *
    from {{ ref('int_stores') }}

),

discounts_with_codes as (

    select
        store_id,
        discount_id,
        discount_type,
        title,
        percentage,
        amount,
        currency,
        starts_at,
        ends_at,
        case when coalesce(codes, '[]') = '[]' then '[""]' else codes end as codes
    from discounts

),

discount_codes as (

    {{ explode_json_array('discounts_with_codes', 'codes', 'code') }}

),

unplanned as (

    select
        discount_codes.store_id,
        discount_codes.discount_id,
        discount_codes.discount_type,
        discount_codes.title,
        discount_codes.percentage,
        discount_codes.amount,
        discount_codes.currency,
        nullif(upper(trim(discount_codes.code)), '') as discount_code,
        {{ local_date('discount_codes.starts_at', 'stores.timezone') }} as start_date,
        {{ local_date('discount_codes.ends_at', 'stores.timezone') }} as end_date
    from discount_codes
    left join stores
        on discount_codes.store_id = stores.store_id
    where
        not exists (
            select 1
            from promotions
            where
                promotions.discount_code = upper(trim(discount_codes.code))
                and coalesce(promotions.store_id, discount_codes.store_id) = discount_codes.store_id
        )

)

select
    {{ surrogate_key(["'files'", 'store_id', 'promotion_id', "''"]) }} as promotion_key,
    'files' as source,
    promotion_id,
    store_id,
    promotion_name,
    promotion_type,
    discount_code,
    cast(discount_rate as decimal(9, 6)) as discount_rate,
    cast(null as decimal(18, 4)) as discount_amount,
    cast(null as {{ dbt.type_string() }}) as currency,
    category,
    sku,
    start_date,
    end_date,
    true as is_planned
from promotions

union all

select
    {{ surrogate_key(["'shopify'", 'store_id', 'discount_id', 'discount_code']) }} as promotion_key,
    'shopify' as source,
    discount_id as promotion_id,
    store_id,
    title as promotion_name,
    case
        when percentage is not null then 'percentage'
        when lower(discount_type) like '%freeshipping' then 'free_shipping'
        when lower(discount_type) like '%bxgy' then 'bogo'
        else 'fixed_amount'
    end as promotion_type,
    discount_code,
    cast(percentage as decimal(9, 6)) as discount_rate,
    cast(amount as decimal(18, 4)) as discount_amount,
    currency,
    cast(null as {{ dbt.type_string() }}) as category,
    cast(null as {{ dbt.type_string() }}) as sku,
    start_date,
    end_date,
    false as is_planned
from unplanned
