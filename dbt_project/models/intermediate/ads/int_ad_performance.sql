-- What the platforms report, as parts that add up: each measure of a day stands in one part only, so sums over any
-- selection of rows known at one instant are right. Where a report of campaigns details the account's total, or one of
-- ads a campaign's, a further part takes what is detailed off the total again: what is left of it is unattributed.
with measures as (

    select * from {{ ref('int_ad_measures') }}

),

conversions as (

    select * from {{ ref('int_ad_claims') }}

),

ads as (

    select * from {{ ref('int_ads') }}

),

-- Conversions that nobody has matched may be sales: an account that has no other has none that is known.
accounts_without_claims as (

    select
        platform,
        account_id
    from conversions
    group by platform, account_id
    having
        count(case when measure = 'purchase' then 1 end) = 0
        and count(case when measure = 'unmapped' and all_conversions <> 0 then 1 end) > 0

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

account_totals as (

    select
        platform,
        account_id,
        account_date,
        min(known_from_at) as known_from_at,
        case when count(known_until_at) = count(*) then max(known_until_at) end as known_until_at
    from measures
    where report_level = 'account'
    group by platform, account_id, account_date

),

campaign_totals as (

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        max(case when is_detailed then 1 else 0 end) = 1 as is_detailed,
        min(known_from_at) as known_from_at,
        case when count(known_until_at) = count(*) then max(known_until_at) end as known_until_at
    from measures
    where report_level = 'campaign'
    group by platform, account_id, account_date, campaign_id

),

measured as (

    select
        measures.*,
        measures.has_claims and accounts_without_claims.account_id is null as has_known_claims
    from measures
    left join accounts_without_claims
        on
            measures.platform = accounts_without_claims.platform
            and measures.account_id = accounts_without_claims.account_id

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
        case when is_detailed then 'unattributed_detail' else report_level end as report_level,
        impressions,
        reach,
        clicks,
        -- Of an account only what every campaign states too: nothing else could be taken off again.
        case when report_level <> 'account' then link_clicks end as link_clicks,
        case when report_level <> 'account' then video_views end as video_views,
        case when report_level <> 'account' then engagements end as engagements,
        spend_amount,
        case when report_level <> 'account' then primary_conversions end as primary_conversions,
        case when report_level <> 'account' then primary_conversion_value end as primary_conversion_value,
        case when report_level <> 'account' then view_through_conversions end as view_through_conversions,
        -- What a level does not claim may be claimed at another.
        case when has_known_claims then cast(0 as decimal(18, 4)) end as claimed_conversions,
        case when has_known_claims then cast(0 as decimal(18, 4)) end as claimed_conversion_value,
        case when has_claims then cast(0 as decimal(18, 4)) end as add_to_carts,
        known_from_at,
        known_until_at,
        is_current
    from measured

),

-- A total may have become known after what details it, and holds from then on only.
taken_off_campaigns as (

    select
        ads.platform,
        ads.account_id,
        ads.account_date,
        ads.campaign_id,
        ads.device,
        case when totals.is_detailed then 'unattributed_detail' else 'campaign' end as report_level,
        ads.impressions,
        ads.clicks,
        ads.link_clicks,
        ads.video_views,
        ads.engagements,
        ads.spend_amount,
        ads.primary_conversions,
        ads.primary_conversion_value,
        ads.view_through_conversions,
        coalesce(greatest(ads.known_from_at, totals.known_from_at), ads.known_from_at) as known_from_at,
        coalesce(
            least(ads.known_until_at, totals.known_until_at), ads.known_until_at, totals.known_until_at
        ) as known_until_at
    from measures as ads
    inner join campaign_totals as totals
        on
            ads.platform = totals.platform
            and ads.account_id = totals.account_id
            and ads.account_date = totals.account_date
            and ads.campaign_id = totals.campaign_id
    where ads.report_level = 'ad'

),

-- Ads without a report of their campaign detail the account themselves, for as long as there is none.
taken_off_accounts as (

    select
        details.platform,
        details.account_id,
        details.account_date,
        cast(null as {{ dbt.type_string() }}) as campaign_id,
        cast(null as {{ dbt.type_string() }}) as device,
        'unattributed_detail' as report_level,
        details.impressions,
        details.clicks,
        cast(null as bigint) as link_clicks,
        cast(null as bigint) as video_views,
        cast(null as bigint) as engagements,
        details.spend_amount,
        cast(null as decimal(18, 4)) as primary_conversions,
        cast(null as decimal(18, 4)) as primary_conversion_value,
        cast(null as bigint) as view_through_conversions,
        coalesce(greatest(details.known_from_at, totals.known_from_at), details.known_from_at) as known_from_at,
        coalesce(
            least(details.known_until_at, totals.known_until_at), details.known_until_at, totals.known_until_at
        ) as known_until_before_campaign,
        campaign_totals.known_from_at as campaign_known_from_at
    from measures as details
    inner join account_totals as totals
        on
            details.platform = totals.platform
            and details.account_id = totals.account_id
            and details.account_date = totals.account_date
    left join campaign_totals
        on
            details.report_level = 'ad'
            and details.platform = campaign_totals.platform
            and details.account_id = campaign_totals.account_id
            and details.account_date = campaign_totals.account_date
            and details.campaign_id = campaign_totals.campaign_id
    where details.report_level in ('campaign', 'ad')

),

taken_off as (

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        device,
        report_level,
        impressions,
        clicks,
        link_clicks,
        video_views,
        engagements,
        spend_amount,
        primary_conversions,
        primary_conversion_value,
        view_through_conversions,
        known_from_at,
        known_until_at
    from taken_off_campaigns

    union all

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        device,
        report_level,
        impressions,
        clicks,
        link_clicks,
        video_views,
        engagements,
        spend_amount,
        primary_conversions,
        primary_conversion_value,
        view_through_conversions,
        known_from_at,
        coalesce(
            least(known_until_before_campaign, campaign_known_from_at),
            known_until_before_campaign,
            campaign_known_from_at
        ) as known_until_at
    from taken_off_accounts

),

detailed as (

    select
        platform,
        account_id,
        account_date,
        campaign_id,
        cast(null as {{ dbt.type_string() }}) as ad_group_id,
        cast(null as {{ dbt.type_string() }}) as ad_id,
        device,
        report_level,
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
        cast(null as decimal(18, 4)) as claimed_conversions,
        cast(null as decimal(18, 4)) as claimed_conversion_value,
        cast(null as decimal(18, 4)) as add_to_carts,
        known_from_at,
        known_until_at,
        known_until_at is null as is_current
    from taken_off
    where known_until_at is null or known_from_at < known_until_at

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
        case
            when conversions.measure = 'purchase' then conversions.conversions
            when accounts_without_claims.account_id is null then 0
        end as claimed_conversions,
        case
            when conversions.measure = 'purchase' then conversions.conversion_value
            when accounts_without_claims.account_id is null then 0
        end as claimed_conversion_value,
        case when conversions.measure = 'add_to_cart' then conversions.all_conversions else 0 end as add_to_carts,
        conversions.known_from_at,
        conversions.known_until_at,
        conversions.is_current
    from conversions
    left join ad_places
        on
            conversions.platform = ad_places.platform
            and conversions.account_id = ad_places.account_id
            and conversions.ad_id = ad_places.ad_id
    left join accounts_without_claims
        on
            conversions.platform = accounts_without_claims.platform
            and conversions.account_id = accounts_without_claims.account_id
    where conversions.is_counted

)

select * from delivery
union all
select * from detailed
union all
select * from claims
