with touchpoints as (

    select * from {{ ref('int_touchpoints') }}

),

orders as (

    select * from {{ ref('fct_orders') }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

platforms as (

    select * from {{ ref('utm_source_platforms') }}

),

campaigns as (

    select * from {{ ref('int_ad_campaigns') }}

),

-- A link names its campaign by id or by name. A name that two campaigns of a platform share names neither.
campaigns_by_id as (

    select
        platform,
        campaign_id as utm_campaign,
        min(account_id) as account_id,
        min(campaign_id) as campaign_id
    from campaigns
    group by
        platform,
        campaign_id
    having count(*) = 1

),

campaigns_by_name as (

    select
        platform,
        {{ regexp_replace_all('lower(campaign_name)', '[^a-z0-9]+', '_') }} as utm_campaign,
        min(account_id) as account_id,
        min(campaign_id) as campaign_id
    from campaigns
    where campaign_name is not null
    group by
        platform,
        {{ regexp_replace_all('lower(campaign_name)', '[^a-z0-9]+', '_') }}
    having count(*) = 1

),

campaign_names as (

    select
        platform,
        utm_campaign,
        account_id,
        campaign_id
    from campaigns_by_id

    union all

    select
        campaigns_by_name.platform,
        campaigns_by_name.utm_campaign,
        campaigns_by_name.account_id,
        campaigns_by_name.campaign_id
    from campaigns_by_name
    left join campaigns_by_id
        on
            campaigns_by_name.platform = campaigns_by_id.platform
            and campaigns_by_name.utm_campaign = campaigns_by_id.utm_campaign
    where campaigns_by_id.campaign_id is null

),

-- Distinct names are few, visits are many: names are brought into one spelling once each.
visit_campaigns as (

    select
        touchpoints.utm_source,
        touchpoints.utm_campaign,
        platforms.platform,
        {{ regexp_replace_all('lower(touchpoints.utm_campaign)', '[^a-z0-9]+', '_') }} as campaign_name
    from touchpoints
    inner join platforms
        on lower(touchpoints.utm_source) = platforms.utm_source
    where touchpoints.utm_campaign is not null
    group by
        touchpoints.utm_source,
        touchpoints.utm_campaign,
        platforms.platform

),

known_campaigns as (

    select
        visit_campaigns.utm_source,
        visit_campaigns.utm_campaign,
        campaign_names.platform,
        campaign_names.account_id,
        campaign_names.campaign_id
    from visit_campaigns
    inner join campaign_names
        on
            visit_campaigns.platform = campaign_names.platform
            and visit_campaigns.campaign_name = campaign_names.utm_campaign

),

ordered as (

    select
        *,
        row_number() over (
            partition by store_id, order_id
            order by occurred_at nulls last, touchpoint_id nulls last
        ) as touchpoint_number,
        count(*) over (
            partition by store_id, order_id
        ) as touchpoint_count
    from touchpoints

)

select
    {{ surrogate_key(['ordered.store_id', 'ordered.touchpoint_id']) }} as touchpoint_key,
    ordered.store_id,
    ordered.touchpoint_id,
    orders.order_key,
    ordered.order_id,
    orders.customer_key,
    ordered.occurred_at,
    {{ local_date('ordered.occurred_at', 'stores.timezone') }} as occurred_date,
    orders.ordered_at,
    {{ hours_between('ordered.occurred_at', 'orders.ordered_at') }} as hours_to_order,
    cast(ordered.touchpoint_number as int) as touchpoint_number,
    cast(ordered.touchpoint_count as int) as touchpoint_count,
    ordered.touchpoint_number = 1 as is_first_touch,
    ordered.touchpoint_number = ordered.touchpoint_count as is_last_touch,
    ordered.source,
    ordered.source_type,
    ordered.utm_source,
    ordered.utm_medium,
    ordered.utm_campaign,
    ordered.utm_content,
    ordered.utm_term,
    split_part(ordered.landing_page, '?', 1) as landing_page,
    known_campaigns.platform as ad_platform,
    known_campaigns.campaign_id,
    {{ campaign_key(
        'known_campaigns.platform', 'known_campaigns.account_id', 'known_campaigns.campaign_id'
    ) }} as campaign_key,
    orders.is_sales_order
from ordered
inner join stores
    on ordered.store_id = stores.store_id
inner join orders
    on
        ordered.store_id = orders.store_id
        and ordered.order_id = orders.order_id
left join known_campaigns
    on
        ordered.utm_source = known_campaigns.utm_source
        and ordered.utm_campaign = known_campaigns.utm_campaign
