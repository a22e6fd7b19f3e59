with conversions as (

    select * from {{ ref('int_ad_conversions') }}

),

conversion_actions as (

    select * from {{ ref('conversion_actions') }}

),

conversion_categories as (

    select * from {{ ref('conversion_categories') }}

),

classifying_platforms as (

    select distinct platform
    from conversion_categories

),

claiming_accounts as (

    select distinct
        platform,
        account_id
    from conversions

),

own_measures as (

    select distinct
        conversion_actions.platform,
        conversion_actions.account_id,
        conversion_actions.measure
    from conversion_actions
    where conversion_actions.account_id <> 'all'

),

-- An account's own action stands in for those of all accounts: with both, its sales would count twice.
by_name as (

    select
        claiming_accounts.platform,
        claiming_accounts.account_id,
        lower(conversion_actions.action_name) as action_name,
        max(conversion_actions.measure) as measure,
        max(conversion_actions.attribution_window) as attribution_window,
        max(case when conversion_actions.account_id <> 'all' then 1 else 0 end) = 1 as is_own
    from claiming_accounts
    inner join conversion_actions
        on
            conversion_actions.platform in (claiming_accounts.platform, 'all')
            and conversion_actions.account_id in (claiming_accounts.account_id, 'all')
    left join own_measures
        on
            claiming_accounts.platform = own_measures.platform
            and claiming_accounts.account_id = own_measures.account_id
            and conversion_actions.measure = own_measures.measure
            and conversion_actions.account_id = 'all'
    where own_measures.measure is null
    group by claiming_accounts.platform, claiming_accounts.account_id, lower(conversion_actions.action_name)

),

by_category as (

    select
        claiming_accounts.platform,
        claiming_accounts.account_id,
        conversion_categories.action_category,
        conversion_categories.measure
    from claiming_accounts
    inner join conversion_categories
        on claiming_accounts.platform = conversion_categories.platform
    left join own_measures
        on
            claiming_accounts.platform = own_measures.platform
            and claiming_accounts.account_id = own_measures.account_id
            and conversion_categories.measure = own_measures.measure
    where own_measures.measure is null

),

classified as (

    select
        conversions.*,
        case when by_name.is_own then by_name.measure else coalesce(by_category.measure, by_name.measure) end
            as canonical_measure,
        by_name.attribution_window as canonical_window
    from conversions
    left join classifying_platforms
        on conversions.platform = classifying_platforms.platform
    left join by_category
        on
            conversions.platform = by_category.platform
            and conversions.account_id = by_category.account_id
            and conversions.action_category = by_category.action_category
    left join by_name
        on
            conversions.platform = by_name.platform
            and conversions.account_id = by_name.account_id
            and lower(conversions.action_name) = by_name.action_name
            and (by_name.is_own or conversions.action_category is null or classifying_platforms.platform is null)

)

select
    platform,
    account_id,
    account_date,
    campaign_id,
    ad_id,
    report_level,
    action_name,
    action_category,
    attribution_window,
    coalesce(canonical_measure, case when action_category is null then 'unmapped' else 'other' end) as measure,
    canonical_measure is not null
    and coalesce(attribution_window, canonical_window, '') = coalesce(canonical_window, '') as is_counted,
    conversions,
    all_conversions,
    conversion_value,
    has_platform_conversions,
    known_from_at,
    known_until_at,
    is_current
from classified
