with stated as (

    {{ union_of_sources('return_processing', [
        'store_id', 'return_id', 'order_line_id', 'received_local_at', 'inspected_local_at', 'condition', 'disposition',
        'return_shipping_cost_amount', 'labour_cost_amount', 'disposal_cost_amount', 'currency'
    ]) }}

),

stores as (

    select * from {{ ref('int_stores') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

-- Costs in another currency than the store's are converted with the rate of the day of receipt.
converted as (

    select
        stated.*,
        stores.timezone,
        case
            when stated.currency = stores.currency then cast(1 as double)
            else cast(cost_rates.rate_to_reporting as double) / nullif(store_rates.rate_to_reporting, 0)
        end as rate
    from stated
    inner join stores
        on stated.store_id = stores.store_id
    left join exchange_rates as cost_rates
        on
            stated.currency = cost_rates.from_currency
            and cast(stated.received_local_at as date) = cost_rates.date
    left join exchange_rates as store_rates
        on
            stores.currency = store_rates.from_currency
            and cast(stated.received_local_at as date) = store_rates.date

)

select
    store_id,
    return_id,
    order_line_id,
    {{ utc_from_local('received_local_at', 'timezone') }} as received_at,
    {{ utc_from_local('inspected_local_at', 'timezone') }} as inspected_at,
    condition,
    disposition,
    {%- for cost in ['return_shipping_cost_amount', 'labour_cost_amount', 'disposal_cost_amount'] %}
    case when coalesce({{ cost }}, 0) = 0 then 0 else {{ money_from_double(cost ~ ' * rate') }} end as {{ cost }}
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from converted
