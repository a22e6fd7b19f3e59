-- What the platforms report, as parts that add up: each measure of a day stands in one part only, so sums over any
-- selection of rows known at one instant are right. Google's campaign report is the account's truth (it alone has
-- Performance Max), its ad report details it: a third part takes the ads' sum off the campaign's again.
with meta_insights as (

    select *
    from {{ ref('stg_meta_ads__ad_insights') }}

),

meta_actions as (

    select *
    from {{ ref('stg_meta_ads__ad_insight_actions') }}

),

google_campaign_stats as (

    select *
    from {{ ref('stg_google_ads__campaign_stats') }}

),

google_ad_stats as (

    select *
    from {{ ref('stg_google_ads__ad_stats') }}

),

google_conversions as (

    select *
    from {{ ref('stg_google_ads__campaign_conversions') }}

),

meta_ads_of_campaigns as (

    select
        account_id,
        ad_id,
        campaign_id,
        ad_group_id
    from {{ ref('int_ads') }}
    where platform = 'meta_ads'

),

-- The insight rows know the ad's place even after the ad was deleted.
meta_ads_seen as (

    select
        account_id,
        ad_id,
        max_by(campaign_id, account_date) as campaign_id,
        max_by(ad_group_id, account_date) as ad_group_id
    from meta_insights
    group by account_id, ad_id

),

conversion_actions as (

    select
        platform,
        account_id,
        measure,
        lower(action_name) as action_name,
        attribution_window
    from {{ ref('conversion_actions') }}

),

claiming_accounts as (

    select distinct
        'meta_ads' as platform,
        account_id
    from meta_actions

    union all

    select distinct
        'google_ads' as platform,
        account_id
    from google_conversions

),

-- An account's own action stands in for the one of all accounts: with both, its sales would count twice.
canonical_actions as (

    select
        claiming_accounts.platform,
        claiming_accounts.account_id,
        conversion_actions.measure,
        conversion_actions.action_name,
        conversion_actions.attribution_window
    from claiming_accounts
    inner join conversion_actions
        on
            claiming_accounts.platform = conversion_actions.platform
            and conversion_actions.account_id in (claiming_accounts.account_id, 'all')
    qualify
        rank() over (
            partition by claiming_accounts.platform, claiming_accounts.account_id, conversion_actions.measure
            order by case when conversion_actions.account_id = 'all' then 1 else 0 end nulls last
        ) = 1

),

meta_delivery as (

    select
        'meta_ads' as platform,
        account_id,
        account_date,
        campaign_id,
        ad_group_id,
        ad_id,
        cast(null as {{ dbt.type_string() }}) as device,
        'ad' as report_level,
        impressions,
        reach,
        clicks,
        link_clicks,
        video_views,
        cast(null as bigint) as engagements,
        spend_amount,
        cast(null as decimal(18, 4)) as primary_conversions,
        cast(null as decimal(18, 4)) as primary_conversion_value,
        cast(null as bigint) as view_through_conversions,
        cast(0 as decimal(18, 4)) as claimed_conversions,
        cast(0 as decimal(18, 4)) as claimed_conversion_value,
        cast(0 as decimal(18, 4)) as add_to_carts,
        known_from_at,
        known_until_at,
        is_current
    from meta_insights

),

meta_claims as (

    select
        'meta_ads' as platform,
        meta_actions.account_id,
        meta_actions.account_date,
        coalesce(meta_ads_seen.campaign_id, meta_ads_of_campaigns.campaign_id) as campaign_id,
        coalesce(meta_ads_seen.ad_group_id, meta_ads_of_campaigns.ad_group_id) as ad_group_id,
        meta_actions.ad_id,
        cast(null as {{ dbt.type_string() }}) as device,
        'ad' as report_level,
        cast(0 as bigint) as impressions,
        cast(null as bigint) as reach,
        cast(0 as bigint) as clicks,
        cast(0 as bigint) as link_clicks,
        cast(0 as bigint) as video_views,
        cast(null as bigint) as engagements,
        cast(0 as decimal(18, 4)) as spend_amount,
        cast(null as decimal(18, 4)) as primary_conversions,
        cast(null as decimal(18, 4)) as primary_conversion_value,
        cast(null as bigint) as view_through_conversions,
        case
            when canonical_actions.measure = 'purchase' and meta_actions.measure_kind = 'count'
                then meta_actions.action_value
            else 0
        end as claimed_conversions,
        case
            when canonical_actions.measure = 'purchase' and meta_actions.measure_kind = 'value'
                then meta_actions.action_value
            else 0
        end as claimed_conversion_value,
        case
            when canonical_actions.measure = 'add_to_cart' and meta_actions.measure_kind = 'count'
                then meta_actions.action_value
            else 0
        end as add_to_carts,
        meta_actions.known_from_at,
        meta_actions.known_until_at,
        meta_actions.is_current
    from meta_actions
    inner join canonical_actions
        on
            canonical_actions.platform = 'meta_ads'
            and meta_actions.account_id = canonical_actions.account_id
            and lower(meta_actions.action_type) = canonical_actions.action_name
            and meta_actions.attribution_window = canonical_actions.attribution_window
    left join meta_ads_seen
        on
            meta_actions.account_id = meta_ads_seen.account_id
            and meta_actions.ad_id = meta_ads_seen.ad_id
    left join meta_ads_of_campaigns
        on
            meta_actions.account_id = meta_ads_of_campaigns.account_id
            and meta_actions.ad_id = meta_ads_of_campaigns.ad_id

),

google_campaigns as (

    select
        'google_ads' as platform,
        account_id,
        account_date,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as ad_group_id,
        cast(null as {{ dbt.type_string() }}) as ad_id,
        device,
        'campaign' as report_level,
        impressions,
        cast(null as bigint) as reach,
        clicks,
        cast(null as bigint) as link_clicks,
        video_views,
        engagements,
        spend_amount,
        primary_conversions,
        primary_conversion_value,
        view_through_conversions,
        cast(0 as decimal(18, 4)) as claimed_conversions,
        cast(0 as decimal(18, 4)) as claimed_conversion_value,
        cast(0 as decimal(18, 4)) as add_to_carts,
        known_from_at,
        known_until_at,
        is_current
    from google_campaign_stats

),

google_ads as (

    select
        'google_ads' as platform,
        account_id,
        account_date,
        campaign_id,
        ad_group_id,
        ad_id,
        device,
        'ad' as report_level,
        impressions,
        cast(null as bigint) as reach,
        clicks,
        cast(null as bigint) as link_clicks,
        cast(null as bigint) as video_views,
        cast(null as bigint) as engagements,
        spend_amount,
        primary_conversions,
        primary_conversion_value,
        view_through_conversions,
        cast(null as decimal(18, 4)) as claimed_conversions,
        cast(null as decimal(18, 4)) as claimed_conversion_value,
        cast(null as decimal(18, 4)) as add_to_carts,
        known_from_at,
        known_until_at,
        is_current
    from google_ad_stats

),

google_ads_taken_off_campaigns as (

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
        link_clicks,
        video_views,
        engagements,
        cast(-spend_amount as decimal(18, 4)) as spend_amount,
        cast(-primary_conversions as decimal(18, 4)) as primary_conversions,
        cast(-primary_conversion_value as decimal(18, 4)) as primary_conversion_value,
        -view_through_conversions as view_through_conversions,
        cast(0 as decimal(18, 4)) as claimed_conversions,
        cast(0 as decimal(18, 4)) as claimed_conversion_value,
        cast(0 as decimal(18, 4)) as add_to_carts,
        known_from_at,
        known_until_at,
        is_current
    from google_ads

),

-- Google's conversions column has primary actions only; a cart is hardly ever one, all_conversions has it.
google_claims as (

    select
        'google_ads' as platform,
        google_conversions.account_id,
        google_conversions.account_date,
        google_conversions.campaign_id,
        cast(null as {{ dbt.type_string() }}) as ad_group_id,
        cast(null as {{ dbt.type_string() }}) as ad_id,
        cast(null as {{ dbt.type_string() }}) as device,
        'campaign' as report_level,
        cast(0 as bigint) as impressions,
        cast(null as bigint) as reach,
        cast(0 as bigint) as clicks,
        cast(null as bigint) as link_clicks,
        cast(null as bigint) as video_views,
        cast(null as bigint) as engagements,
        cast(0 as decimal(18, 4)) as spend_amount,
        cast(0 as decimal(18, 4)) as primary_conversions,
        cast(0 as decimal(18, 4)) as primary_conversion_value,
        cast(0 as bigint) as view_through_conversions,
        case when canonical_actions.measure = 'purchase' then google_conversions.conversions else 0 end
            as claimed_conversions,
        case when canonical_actions.measure = 'purchase' then google_conversions.conversion_value else 0 end
            as claimed_conversion_value,
        case when canonical_actions.measure = 'add_to_cart' then google_conversions.all_conversions else 0 end
            as add_to_carts,
        google_conversions.known_from_at,
        google_conversions.known_until_at,
        google_conversions.is_current
    from google_conversions
    inner join canonical_actions
        on
            canonical_actions.platform = 'google_ads'
            and google_conversions.account_id = canonical_actions.account_id
            and lower(google_conversions.conversion_action_name) = canonical_actions.action_name

)

select * from meta_delivery
union all
select * from meta_claims
union all
select * from google_campaigns
union all
select * from google_ads
union all
select * from google_ads_taken_off_campaigns
union all
select * from google_claims
