/*
template: ad_spend
description: >
  A spreadsheet of what was spent where there is no connector: a row a day and campaign. Copy it and put your columns' names
  into it.
file:
  names: "*ad_spend*"
  optional: [Account, Impressions, Clicks, Conversions, Value]
*/
select
    regexp_replace(lower(trim("Platform")), '[^a-z0-9]+', '_', 'g') as platform,
    coalesce("Account", 'main') as account_id,
    "Campaign" as campaign_id,
    "Campaign" as campaign_name,
    day("Date") as day,
    sum(number("Spend")) as spend,
    "Currency" as currency,
    sum(number("Impressions")) as impressions,
    sum(number("Clicks")) as clicks,
    sum(number("Conversions")) as conversions,
    sum(number("Value")) as value,
    min(file_line) as file_line
from rows
group by all
