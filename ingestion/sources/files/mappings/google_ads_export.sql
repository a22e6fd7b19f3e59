/*
template: ad_spend
description: >
  Google Ads: a campaign report segmented by day, downloaded as CSV: a title and a period above the header, totals below.
settings:
  account_id:
file:
  names: ["*Campaign report*.csv", "*campaign_report*.csv"]
  header: 3
  leave_out_lines: '^"?Total'
  decimal: "."
  thousands: ","
  null_values: ["--", " --"]
  optional: [Campaign ID, Account name, Conversions, Conv. value, Impr., Clicks]
*/
select
    'google_ads' as platform,
    setting('account_id') as account_id,
    max("Account name") as account_name,
    coalesce("Campaign ID", "Campaign") as campaign_id,
    "Campaign" as campaign_name,
    day("Day") as day,
    sum(number("Cost")) as spend,
    "Currency code" as currency,
    sum(number("Impr.")) as impressions,
    sum(number("Clicks")) as clicks,
    sum(number("Conversions")) as conversions,
    sum(number("Conv. value")) as value,
    min(file_line) as file_line
from rows
group by all
