with return_processing as (

    select * from {{ ref('stg_files__return_processing') }}

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
        return_processing.*,
        stores.timezone,
        case
            when return_processing.currency = stores.currency then cast(1 as double)
            else cast(cost_rates.rate_to_reporting as double) / nullif(store_rates.rate_to_reporting, 0)
        end as rate
    from return_processing
    inner join stores
        on return_processing.store_id = stores.store_id
    left join exchange_rates as cost_rates
        on
            return_processing.currency = cost_rates.from_currency
            and cast(return_processing.received_local_at as date) = cost_rates.date
    left join exchange_rates as store_rates
        on
            stores.currency = store_rates.from_currency
            and cast(return_processing.received_local_at as date) = store_rates.date

),

final as (

    select
        store_id,
        return_id,
        order_line_id,
        {{ utc_from_local('received_local_at', 'timezone') }} as received_at,
        {{ utc_from_local('inspected_local_at', 'timezone') }} as inspected_at,
        condition,
        disposition,
        case when coalesce(return_shipping_cost_amount, 0) = 0 then 0 else {{ money('return_shipping_cost_amount * rate') }} end
            as return_shipping_cost_amount,
        case when coalesce(labour_cost_amount, 0) = 0 then 0 else {{ money('labour_cost_amount * rate') }} end
            as labour_cost_amount,
        case when coalesce(disposal_cost_amount, 0) = 0 then 0 else {{ money('disposal_cost_amount * rate') }} end
            as disposal_cost_amount
    from converted

)

select * from final
