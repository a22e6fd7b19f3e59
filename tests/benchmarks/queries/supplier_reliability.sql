-- Suppliers by quarter of the order: lead time against what was agreed, on time in full, rejects, open value.
select
    suppliers.supplier_name,
    date_trunc('quarter', lines.ordered_date) as quarter,
    count(*) as lines,
    median(lines.lead_time_days) as median_lead_time_days,
    any_value(suppliers.agreed_lead_time_days) as agreed_lead_time_days,
    avg(lines.is_on_time_in_full::integer) as on_time_in_full_rate,
    sum(lines.rejected_quantity) / nullif(sum(lines.received_quantity), 0) as reject_rate,
    sum(lines.open_value_reporting) as open_value
from marts.fct_purchase_order_lines as lines
inner join marts.dim_supplier as suppliers on lines.supplier_key = suppliers.supplier_key
group by all
order by all
