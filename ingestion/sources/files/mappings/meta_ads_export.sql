/*
template: ad_spend
description: >
  Meta Ads Manager: a report of campaigns (or of ad sets or ads, which are summed) broken down by day, exported as CSV. The
  currency stands in the name of the column Amount spent. A report of a whole period is refused: it has no days.
settings:
  account_id:
file:
  encoding: utf-8-sig
  decimal: "."
  thousands: ","
  optional: [Campaign ID, Account name, Day, Impressions, Link clicks, Purchases, Purchases conversion value,
             Website purchases]
*/
with spent as (

    unpivot rows
    on columns('^Amount spent \([A-Z]{3}\)$')
    into name currency_column value amount

),

days as (

    select
        *,
        case
            when "Reporting starts" = "Reporting ends" or "Day" is not null then coalesce("Day", "Reporting starts")
            else refuse("Reporting ends", 'one day in each row; break the report down by day')
        end as date
    from spent

)

select
    'meta_ads' as platform,
    setting('account_id') as account_id,
    max("Account name") as account_name,
    coalesce("Campaign ID", "Campaign name") as campaign_id,
    "Campaign name" as campaign_name,
    day(date) as day,
    sum(number(amount)) as spend,
    regexp_extract(currency_column, '\((.*)\)', 1) as currency,
    sum(number("Impressions")) as impressions,
    sum(number("Link clicks")) as clicks,
    sum(number(coalesce("Purchases", "Website purchases"))) as conversions,
    sum(number("Purchases conversion value")) as value,
    min(file_line) as file_line
from days
group by all
