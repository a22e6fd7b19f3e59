-- Campaigns of the last 30 days: what the platforms claim, beside the shop's own sales per unit of ad spend.
with days as (
    select max(account_date) as last_date from metrics.metric_ads_daily where is_complete_day
),

shop as (
    select sum(blended.net_sales_by_order_date_reporting) / nullif(sum(blended.spend_amount_by_account_date_reporting), 0)
        as marketing_efficiency_ratio
    from metrics.metric_ads_blended_daily as blended
    cross join days
    where blended.date > days.last_date - 30 and blended.date <= days.last_date
)

select
    ads.platform,
    ads.campaign_name,
    sum(ads.spend_amount_reporting) as spend,
    sum(ads.clicks) / nullif(sum(ads.impressions), 0) as click_through_rate,
    sum(ads.claimed_conversion_value_reporting) / nullif(sum(ads.spend_amount_reporting), 0) as claimed_return,
    any_value(shop.marketing_efficiency_ratio) as marketing_efficiency_ratio
from metrics.metric_ads_daily as ads
cross join days
cross join shop
where ads.account_date > days.last_date - 30 and ads.account_date <= days.last_date
group by all
order by spend desc
