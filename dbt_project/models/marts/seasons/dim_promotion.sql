with promotions as (

    select * from {{ ref('int_promotions') }}

),

planned_codes as (

    select
        discount_code,
        store_id
    from promotions
    where
        is_planned
        and discount_code is not null

),

-- A code that both the merchant's plan and a shop know is the plan's.
known_once as (

    select *
    from promotions
    where
        is_planned
        or not exists (
            select 1
            from planned_codes
            where
                planned_codes.discount_code = promotions.discount_code
                and coalesce(planned_codes.store_id, promotions.store_id) = promotions.store_id
        )

)

select
    -- A planned promotion has one code at most and keeps its key when it changes; a shop's discount has many.
    {{ surrogate_key(['source', 'store_id', 'promotion_id', 'case when not is_planned then discount_code end']) }}
        as promotion_key,
    source,
    promotion_id,
    store_id,
    promotion_name,
    promotion_type,
    discount_code,
    cast(discount_rate as decimal(9, 6)) as discount_rate,
    cast(discount_amount as decimal(18, 4)) as discount_amount,
    currency,
    category,
    sku,
    start_date,
    end_date,
    is_planned
from known_once
