with entries as (

    select * from {{ ref('int_files__order_entries') }}

)

select
    store_id,
    order_id,
    {{ money('sum(net_amount)') }} as shipping_amount,
    cast(0 as decimal(18, 4)) as shipping_discount_amount,
    {{ money('sum(tax_amount)') }} as shipping_tax_amount
from entries
where
    entry_type = 'sale'
    and line_type = 'shipping'
group by
    store_id,
    order_id
