/*
template: stock_counts
description: >
  Shopify admin's export of inventory: one row a variant and location. What is on hand is taken as a count at the instant of
  the export, which the file does not say.
settings:
  store_id:
  counted_at:
file:
  names: "*inventory_export*.csv"
  encoding: utf-8
  null_values: [not stocked]
  optional: [On hand, On hand (current)]
*/
select
    setting('store_id') as store_id,
    'shopify-' || setting('counted_at') as count_id,
    "Location" as location,
    ltrim("SKU", '''') as sku,
    local_time(setting('counted_at')) as counted_at,
    number(coalesce("On hand (current)", "On hand")) as counted_quantity,
    'export' as reason,
    file_line
from rows
where
    "SKU" is not null
    and coalesce("On hand (current)", "On hand") is not null
