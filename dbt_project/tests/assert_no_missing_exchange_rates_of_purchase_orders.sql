select
    purchase_order_lines.order_currency,
    purchase_order_lines.currency,
    min(purchase_order_lines.ordered_date) as first_date,
    max(purchase_order_lines.ordered_date) as last_date,
    count(*) as entries
from {{ ref('fct_purchase_order_lines') }} as purchase_order_lines
where
    (purchase_order_lines.ordered_value <> 0 and purchase_order_lines.ordered_value_reporting is null)
    or (purchase_order_lines.received_value <> 0 and purchase_order_lines.received_value_reporting is null)
group by purchase_order_lines.order_currency, purchase_order_lines.currency
