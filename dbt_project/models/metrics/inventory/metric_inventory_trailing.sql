{{ config(materialized='view') }}
with daily as (

    select * from {{ ref('metric_inventory_daily') }}

),

-- A second reading: DuckDB would write down all days of one that is named twice, whichever of them are asked for.
earlier as (

    select * from {{ ref('metric_inventory_daily') }}

),

windows as (

    select 30 as window_days

    union all

    select 90 as window_days

    union all

    select 365 as window_days

),

windowed as (

    select
        daily.*,
        windows.window_days,
        {{ add_days('daily.date', '-windows.window_days') }} as date_before
    from daily
    cross join windows

),

-- Days are dense: what was summed up to the day before the window, taken off what is up to its last.
summed as (

    select
        windowed.*,
        windowed.days_to_date - coalesce(earlier.days_to_date, 0) as known_days,
        {%- for measure in [
            'sale_quantity', 'costed_sale_quantity', 'receipt_quantity', 'cogs_amount', 'cogs_amount_reporting',
            'stock_value_days', 'stock_value_days_reporting', 'on_sale_sku_days', 'stockout_sku_days'
        ] %}
            windowed.{{ measure }}_to_date - coalesce(earlier.{{ measure }}_to_date, 0) as trailing_{{ measure }}
            {%- if not loop.last %},{% endif %}
        {%- endfor %}
    from windowed
    left join earlier
        on
            windowed.stock_group_key = earlier.stock_group_key
            and windowed.date_before = earlier.date

)

select
    store_id,
    location_id,
    location_key,
    location_name,
    category,
    brand,
    supplier_id,
    date,
    window_days,
    cast(known_days as int) as known_days,
    is_complete_day,
    on_hand_quantity,
    cast(trailing_sale_quantity as bigint) as sale_quantity,
    cast(trailing_receipt_quantity as bigint) as receipt_quantity,
    {{ money('trailing_cogs_amount') }} as cogs_amount,
    {{ ratio('trailing_costed_sale_quantity', 'trailing_sale_quantity', 'units') }} as cost_coverage_rate,
    {{ money('trailing_stock_value_days') }} as stock_value_days,
    currency,
    {{ money('trailing_cogs_amount_reporting') }} as cogs_amount_reporting,
    {{ money('trailing_stock_value_days_reporting') }} as stock_value_days_reporting,
    reporting_currency,
    cast(trailing_on_sale_sku_days as bigint) as on_sale_sku_days,
    cast(trailing_stockout_sku_days as bigint) as stockout_sku_days,
    {{ ratio('trailing_cogs_amount', safe_divide('trailing_stock_value_days', 'known_days'), 'amount') }}
        as turnover_ratio,
    100 * {{ ratio('trailing_sale_quantity', 'trailing_receipt_quantity', 'units') }} as sell_through_pct,
    {{ ratio('trailing_sale_quantity', 'known_days', 'days') }} as average_daily_sale_quantity,
    {{ ratio('trailing_stockout_sku_days', 'trailing_on_sale_sku_days', 'sku_days') }} as stockout_rate
from summed
