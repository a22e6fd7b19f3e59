-- By event date: what was booked on a day never changes later, while sales by order date sink as returns come in, and
-- the newest days would always look too good.
{%- set measures = {
    'net_sales_reporting': 'net_sales_by_event_date_reporting',
    'units': 'units_net_by_event_date'
} %}

with sales as (

    select *
    from {{ ref('metric_sales_daily') }}

),

product_sales as (

    select *
    from {{ ref('metric_sales_product_daily') }}

),

last_day as (

    select *
    from {{ ref('int_last_complete_date') }}

),

series as (
{% for measure, column in measures.items() %}
    select
        '{{ measure }}' as measure,
        'total' as level,
        'total' as series_id,
        date,
        sum({{ column }}) as value
    from sales
    group by date

    union all

    select
        '{{ measure }}' as measure,
        'channel' as level,
        channel_id as series_id,
        date,
        sum({{ column }}) as value
    from sales
    group by channel_id, date

    union all

    select
        '{{ measure }}' as measure,
        'category' as level,
        category as series_id,
        date,
        sum({{ column }}) as value
    from product_sales
    group by category, date
{% if not loop.last %}
    union all
{% endif %}
{%- endfor %}
)

select
    series.measure,
    series.level,
    series.series_id,
    series.date,
    cast(series.value as decimal(18, 4)) as value,
    series.date <= last_day.last_complete_date as is_complete_day
from series
cross join last_day
