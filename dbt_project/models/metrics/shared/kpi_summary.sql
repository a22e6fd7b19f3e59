{%- set windows = [7, 30, 90] %}
{%- set kpis = [
    ('net sales', 'currency', 'amount', 'net_sales'),
    ('orders', 'count', 'orders', 'orders'),
    ('units', 'count', 'units', 'units'),
    ('average order value', 'currency', 'amount', ratio('gross_sales - discounts', 'orders', 'orders')),
    ('gross profit', 'currency', 'amount', gross_profit('net_sales', 'costed_net_sales', 'cogs')),
    ('gross margin', 'rate', 'rate', ratio('costed_net_sales - cogs', 'costed_net_sales', 'amount')),
    ('returns', 'currency', 'amount', 'returns'),
    ('ad spend', 'currency', 'amount', 'ad_spend'),
    ('marketing efficiency ratio', 'ratio', 'rate', ratio('net_sales', 'ad_spend', 'amount'))
] %}

with sales as (

    select * from {{ ref('metric_sales_booked_daily') }}

),

ads as (

    select * from {{ ref('metric_ads_blended_daily') }}

),

stores as (

    select * from {{ ref('dim_store') }}

),

ratio_bases as (

    select * from {{ ref('ratio_bases') }}

),

-- A day that is known of one shop only lacks the others' sales.
last_day as (

    select
        max(all_stores_last_complete_date) as last_complete_date,
        max(reporting_currency) as reporting_currency
    from stores

),

history as (

    select {{ days_between('min(sales.ledger_date)', 'max(last_day.last_complete_date)') }} + 1 as day_count
    from sales
    cross join last_day

),

daily as (

    select
        ledger_date as date,
        sum(order_count) as orders,
        sum(units_net) as units,
        {{ known_sum('gross_sales_amount_reporting') }} as gross_sales,
        {{ known_sum('discount_amount_reporting') }} as discounts,
        {{ known_sum('net_sales_amount_reporting') }} as net_sales,
        {{ known_sum('costed_net_sales_amount_reporting') }} as costed_net_sales,
        sum(cogs_amount_reporting) as cogs,
        {{ known_sum('returned_amount_reporting') }} as returns,
        cast(null as decimal(18, 4)) as ad_spend
    from sales
    group by ledger_date

    union all

    select
        date,
        0 as orders,
        0 as units,
        cast(0 as decimal(18, 4)) as gross_sales,
        cast(0 as decimal(18, 4)) as discounts,
        cast(0 as decimal(18, 4)) as net_sales,
        cast(0 as decimal(18, 4)) as costed_net_sales,
        cast(0 as decimal(18, 4)) as cogs,
        cast(0 as decimal(18, 4)) as returns,
        spend_amount_by_account_date_reporting as ad_spend
    from ads
    where is_complete_day

),

windows as (
{% for days in windows %}
    select {{ days }} as window_days
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
),

-- Whole windows of complete days only: a partial day would show a fall that is none.
placed as (

    select
        windows.window_days,
        {{ days_between('daily.date', 'last_day.last_complete_date') }} < windows.window_days as is_current,
        daily.orders,
        daily.units,
        daily.gross_sales,
        daily.discounts,
        daily.net_sales,
        daily.costed_net_sales,
        daily.cogs,
        daily.returns,
        daily.ad_spend
    from daily
    cross join last_day
    cross join windows
    where
        daily.date <= last_day.last_complete_date
        and {{ days_between('daily.date', 'last_day.last_complete_date') }} < 2 * windows.window_days

),

-- Days of unknown spend would lower the sum: a window's spend is known when every day's is.
sums as (

    select
        window_days,
        is_current,
        sum(orders) as orders,
        sum(units) as units,
        {{ known_sum('gross_sales') }} as gross_sales,
        {{ known_sum('discounts') }} as discounts,
        {{ known_sum('net_sales') }} as net_sales,
        {{ known_sum('costed_net_sales') }} as costed_net_sales,
        sum(cogs) as cogs,
        {{ known_sum('returns') }} as returns,
        case when count(ad_spend) = window_days then sum(ad_spend) end as ad_spend
    from placed
    group by window_days, is_current

),

measured as (
{% for kpi, unit, base, value in kpis %}
    select
        window_days,
        is_current,
        {{ loop.index }} as position,
        '{{ kpi }}' as kpi,
        '{{ unit }}' as unit,
        '{{ base }}' as base,
        cast({{ value }} as double) as value
    from sums
    {% if not loop.last %}union all{% endif %}
{%- endfor %}
),

-- A window that began before the first sale known has a part that is not known.
compared as (

    select
        measured.window_days,
        measured.position,
        measured.kpi,
        measured.unit,
        measured.base,
        max(
            case when measured.is_current and history.day_count >= measured.window_days then measured.value end
        ) as current_value,
        max(
            case when not measured.is_current and history.day_count >= 2 * measured.window_days then measured.value end
        ) as previous_value
    from measured
    cross join history
    group by
        measured.window_days,
        measured.position,
        measured.kpi,
        measured.unit,
        measured.base

)

select
    compared.window_days,
    compared.position,
    compared.kpi,
    case when compared.unit = 'currency' then last_day.reporting_currency else compared.unit end as unit,
    last_day.last_complete_date as last_date,
    compared.current_value,
    compared.previous_value,
    case
        when abs(compared.previous_value) >= ratio_bases.minimum
            then {{ safe_divide('compared.current_value - compared.previous_value', 'abs(compared.previous_value)') }}
    end as change_rate
from compared
cross join last_day
left join ratio_bases
    on compared.base = ratio_bases.base
