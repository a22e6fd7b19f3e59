-- Campaigns of the last 30 days: what the platforms claim, beside the shop's own sales per unit of ad spend. An amount
-- that one of the days does not know is not known of them all: a sum without it would be too small, a ratio too good.
with days as (
    select max(date) as last_date from metrics.metric_ads_blended_daily where is_complete_day
),

shop as (
    select
        case when count(blended.net_sales_by_order_date_reporting) = count(*) then
            sum(blended.net_sales_by_order_date_reporting)
        end as net_sales,
        case when count(blended.spend_amount_by_account_date_reporting) = count(*) then
            sum(blended.spend_amount_by_account_date_reporting)
        end as spend
    from metrics.metric_ads_blended_daily as blended
    cross join days
    where blended.date > days.last_date - 30 and blended.date <= days.last_date
),

campaigns as (
    select
        ads.platform,
        ads.campaign_name,
        sum(ads.clicks) as clicks,
        sum(ads.impressions) as impressions,
        case when count(ads.spend_amount_reporting) = count(*) then
            sum(ads.spend_amount_reporting)
        end as spend,
        case when count(ads.claimed_conversion_value_reporting) = count(*) then
            sum(ads.claimed_conversion_value_reporting)
        end as claimed_value
    from metrics.metric_ads_daily as ads
    cross join days
    where ads.account_date > days.last_date - 30 and ads.account_date <= days.last_date
    group by all
)

select
    campaigns.platform,
    campaigns.campaign_name,
    campaigns.spend,
    campaigns.clicks / nullif(campaigns.impressions, 0) as click_through_rate,
    campaigns.claimed_value / nullif(campaigns.spend, 0) as claimed_return,
    shop.net_sales / nullif(shop.spend, 0) as marketing_efficiency_ratio
from campaigns
cross join shop
order by campaigns.spend desc nulls last
