-- What the platforms report, as parts that add up: each measure of a day stands in one part only, so sums over any
-- selection of rows known at one instant are right. Where a report of ads details a report of campaigns, a further part
-- takes the ads' sum off the campaign's again.
with measures as (

    select * from {{ ref('int_ad_measures') }}

),

conversions as (

    select * from {{ ref('int_ad_conversions') }}

),

ads as (

    select * from {{ ref('int_ads') }}

),

conversion_actions as (

    select * from {{ ref('conversion_actions') }}

),

claiming_accounts as (

    select distinct
        platform,
        account_id
    from conversions

),

-- An account's own action stands in for the one of all accounts: with both, its sales would count twice.
canonical_actions as (

    select
        claiming_accounts.platform,
        claiming_accounts.account_id,
        conversion_actions.measure,
        lower(conversion_actions.action_name) as action_name,
        conversion_actions.attribution_window
    from claiming_accounts
    inner join conversion_actions
        on
            conversion_actions.platform in (claiming_accounts.platform, 'all')
            and conversion_actions.account_id in (claiming_accounts.account_id, 'all')
    qualify
        rank() over (
            partition by claiming_accounts.platform, claiming_accounts.account_id, conversion_actions.measure
            order by case when conversion_actions.account_id = 'all' then 1 else 0 end nulls last
        ) = 1

),

known_places as (

    select
        platform,
        account_id,
        ad_id,
        campaign_id,
        ad_group_id,
        account_date
    from measures
    where ad_id is not null

    union all

    select
        platform,
        account_id,
        ad_id,
        campaign_id,
        ad_group_id,
        cast(null as date) as account_date
    from ads

),

-- The reports know the ad's place even after the ad was deleted.
ad_places as (

    select
        platform,
        account_id,
        ad_id,
        campaign_id,
        ad_group_id
    from known_places
    qualify row_number() over (partition by platform, account_id, ad_id order by account_date desc nulls last) = 1

),

delivery as (

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        ad_group_id,
        ad_id,
        device,
        report_level,
        impressions,
        reach,
        clicks,
        link_clicks,
        video_views,
        engagements,
        spend_amount,
        primary_conversions,
        primary_conversion_value,
        view_through_conversions,
        -- An ad whose campaign has a report of its own has its conversions there.
        case when not is_part_of_campaign then cast(0 as decimal(18, 4)) end as claimed_conversions,
        case when not is_part_of_campaign then cast(0 as decimal(18, 4)) end as claimed_conversion_value,
        case when not is_part_of_campaign then cast(0 as decimal(18, 4)) end as add_to_carts,
        known_from_at,
        known_until_at,
        is_current
    from measures

),

taken_off_campaigns as (

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as ad_group_id,
        cast(null as {{ dbt.type_string() }}) as ad_id,
        device,
        'campaign' as report_level,
        -impressions as impressions,
        cast(null as bigint) as reach,
        -clicks as clicks,
        -link_clicks as link_clicks,
        -video_views as video_views,
        -engagements as engagements,
        {{ money('-spend_amount') }} as spend_amount,
        cast(-primary_conversions as decimal(18, 4)) as primary_conversions,
        {{ money('-primary_conversion_value') }} as primary_conversion_value,
        -view_through_conversions as view_through_conversions,
        cast(0 as decimal(18, 4)) as claimed_conversions,
        cast(0 as decimal(18, 4)) as claimed_conversion_value,
        cast(0 as decimal(18, 4)) as add_to_carts,
        known_from_at,
        known_until_at,
        is_current
    from measures
    where is_part_of_campaign

),

-- What a platform counts as conversions has its primary actions only; a cart is hardly ever one.
claims as (

    select
        conversions.platform,
        conversions.account_id,
        conversions.account_date,
        coalesce(conversions.campaign_id, ad_places.campaign_id) as campaign_id,
        ad_places.ad_group_id,
        conversions.ad_id,
        cast(null as {{ dbt.type_string() }}) as device,
        conversions.report_level,
        cast(0 as bigint) as impressions,
        cast(null as bigint) as reach,
        cast(0 as bigint) as clicks,
        cast(null as bigint) as link_clicks,
        cast(null as bigint) as video_views,
        cast(null as bigint) as engagements,
        cast(0 as decimal(18, 4)) as spend_amount,
        case when conversions.has_platform_conversions then cast(0 as decimal(18, 4)) end as primary_conversions,
        case when conversions.has_platform_conversions then cast(0 as decimal(18, 4)) end as primary_conversion_value,
        case when conversions.has_platform_conversions then cast(0 as bigint) end as view_through_conversions,
        case when canonical_actions.measure = 'purchase' then conversions.conversions else 0 end as claimed_conversions,
        case when canonical_actions.measure = 'purchase' then conversions.conversion_value else 0 end
            as claimed_conversion_value,
        case when canonical_actions.measure = 'add_to_cart' then conversions.all_conversions else 0 end as add_to_carts,
        conversions.known_from_at,
        conversions.known_until_at,
        conversions.is_current
    from conversions
    inner join canonical_actions
        on
            conversions.platform = canonical_actions.platform
            and conversions.account_id = canonical_actions.account_id
            and lower(conversions.action_name) = canonical_actions.action_name
            and coalesce(conversions.attribution_window, canonical_actions.attribution_window, '')
            = coalesce(canonical_actions.attribution_window, '')
    left join ad_places
        on
            conversions.platform = ad_places.platform
            and conversions.account_id = ad_places.account_id
            and conversions.ad_id = ad_places.ad_id

)

select * from delivery
union all
select * from taken_off_campaigns
union all
select * from claims
