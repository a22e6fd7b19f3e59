with entries as (

    select * from {{ ref('int_files__order_entries') }}

)

-- A document without a sale (a credit note, a stock adjustment) is kept beside the orders, under its own type.
select
    store_id,
    order_id,
    'files' as platform,
    case
        when max(case when entry_type = 'sale' then 1 else 0 end) = 1 then 'order'
        when max(case when entry_type = 'return' then 1 else 0 end) = 1 then 'return'
        when max(case when entry_type = 'cancellation' then 1 else 0 end) = 1 then 'cancellation'
        else 'adjustment'
    end as order_type,
    order_id as order_name,
    max(customer_id) as customer_id,
    max(email_hash) as email_hash,
    max(source_name) as source_name,
    false as is_test,
    false as is_edited,
    false as is_cancelled,
    true as is_paid,
    false as is_negotiated,
    false as taxes_included,
    cast(null as {{ dbt.type_string() }}) as financial_status,
    cast(null as {{ dbt.type_string() }}) as fulfillment_status,
    cast(null as {{ dbt.type_string() }}) as return_status,
    cast(null as {{ dbt.type_string() }}) as cancel_reason,
    cast(null as {{ dbt.type_string() }}) as discount_codes,
    max(country_code) as country_code,
    cast(null as {{ dbt.type_string() }}) as province_code,
    max(city) as city,
    max(currency) as currency,
    max(currency) as presentment_currency,
    cast(0 as decimal(18, 4)) as tip_amount,
    {{ money("sum(case when entry_type = 'sale' then net_amount + tax_amount else 0 end)") }} as source_total_amount,
    {{ money("sum(case when entry_type = 'sale' then tax_amount else 0 end)") }} as source_tax_amount,
    min(ordered_at) as ordered_at,
    min_by(ordered_local_at, ordered_at) as ordered_local_at,
    cast(null as timestamp) as cancelled_at,
    cast(null as timestamp) as closed_at,
    cast(null as timestamp) as updated_at,
    cast(null as {{ dbt.type_string() }}) as admin_url
from entries
group by
    store_id,
    order_id
