with performance as (

    select *
    from {{ ref('fct_ad_performance_daily') }}

),

campaigns as (

    select *
    from {{ ref('dim_campaign') }}

),

summed as (

    select
        campaign_key,
        platform,
        account_id,
        campaign_id,
        account_date,
        is_complete_day,
        currency,
        reporting_currency,
        sum(impressions) as impressions,
        sum(clicks) as clicks,
        sum(link_clicks) as link_clicks,
        sum(video_views) as video_views,
        sum(engagements) as engagements,
        sum(view_through_conversions) as view_through_conversions,
        cast(sum(spend_amount) as decimal(18, 4)) as spend_amount,
        cast(sum(spend_amount_reporting) as decimal(18, 4)) as spend_amount_reporting,
        cast(sum(claimed_conversions) as decimal(18, 4)) as claimed_conversions,
        cast(sum(claimed_conversion_value) as decimal(18, 4)) as claimed_conversion_value,
        cast(sum(claimed_conversion_value_reporting) as decimal(18, 4)) as claimed_conversion_value_reporting,
        cast(sum(add_to_carts) as decimal(18, 4)) as add_to_carts
    from performance
    group by
        campaign_key,
        platform,
        account_id,
        campaign_id,
        account_date,
        is_complete_day,
        currency,
        reporting_currency

)

select
    {{ surrogate_key(['summed.campaign_key', 'summed.account_date']) }} as ads_daily_key,
    summed.campaign_key,
    summed.platform,
    summed.account_id,
    summed.campaign_id,
    campaigns.campaign_name,
    campaigns.campaign_type,
    summed.account_date,
    summed.is_complete_day,
    cast(summed.impressions as bigint) as impressions,
    cast(summed.clicks as bigint) as clicks,
    cast(summed.link_clicks as bigint) as link_clicks,
    cast(summed.video_views as bigint) as video_views,
    cast(summed.engagements as bigint) as engagements,
    cast(summed.view_through_conversions as bigint) as view_through_conversions,
    summed.claimed_conversions,
    summed.add_to_carts,
    summed.spend_amount,
    summed.claimed_conversion_value,
    summed.currency,
    summed.spend_amount_reporting,
    summed.claimed_conversion_value_reporting,
    summed.reporting_currency,
    {{ ratio('summed.clicks', 'summed.impressions', 'impressions') }} as click_through_rate,
    {{ ratio('summed.spend_amount_reporting', 'summed.clicks', 'clicks') }} as cost_per_click_reporting,
    {{ ratio('cast(summed.spend_amount_reporting as decimal(28, 4)) * 1000', 'summed.impressions', 'impressions') }}
        as cost_per_mille_reporting,
    {{ ratio('summed.claimed_conversions', 'summed.clicks', 'clicks') }} as claimed_conversion_rate,
    {{ ratio('summed.spend_amount_reporting', 'summed.claimed_conversions', 'conversions') }}
        as cost_per_claimed_conversion_reporting,
    {{ ratio('summed.claimed_conversion_value_reporting', 'summed.spend_amount_reporting', 'amount') }}
        as claimed_return_on_ad_spend,
    {{ ratio(
        '(summed.claimed_conversion_value_reporting - summed.spend_amount_reporting)',
        'summed.spend_amount_reporting',
        'amount'
    ) }} as claimed_return_on_investment,
    {{ ratio('summed.engagements', 'summed.impressions', 'impressions') }} as engagement_rate,
    {{ ratio('summed.video_views', 'summed.impressions', 'impressions') }} as video_view_rate,
    {{ ratio('summed.add_to_carts', 'summed.clicks', 'clicks') }} as add_to_cart_rate
from summed
left join campaigns
    on summed.campaign_key = campaigns.campaign_key
