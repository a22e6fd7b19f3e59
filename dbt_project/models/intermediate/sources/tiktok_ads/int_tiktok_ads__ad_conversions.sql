with reports as (

    select * from {{ ref('stg_tiktok_ads__ad_reports') }}

),

-- Under the names of TikTok's metrics, as the seed conversion_actions names them.
actions as (

    select
        *,
        'complete_payment' as action_name,
        purchases as conversions,
        coalesce(purchase_value, 0) as conversion_value
    from reports
    where purchases is not null

    union all

    select
        *,
        'web_event_add_to_cart' as action_name,
        add_to_carts as conversions,
        cast(0 as decimal(18, 4)) as conversion_value
    from reports
    where add_to_carts is not null

)

select
    account_id,
    account_date,
    campaign_id,
    ad_id,
    'ad' as report_level,
    action_name,
    'other' as action_category,
    cast(null as {{ dbt.type_string() }}) as attribution_window,
    cast(conversions as decimal(18, 4)) as conversions,
    cast(conversions as decimal(18, 4)) as all_conversions,
    conversion_value,
    false as has_platform_conversions,
    known_from_at,
    known_until_at,
    is_current
from actions
where conversions <> 0
