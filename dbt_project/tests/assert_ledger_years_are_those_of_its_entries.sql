-- By the year of the order and of the event at once, so that a difference in one does not hide in the other.
with postings as (

    select
        store_id,
        currency,
        {{ first_day_of('year', 'order_date') }} as order_year,
        {{ first_day_of('year', 'event_date') }} as event_year,
        0 as expected,
        amount as actual
    from {{ ref('fct_sales_ledger') }}

    union all

    select
        store_id,
        currency,
        {{ first_day_of('year', 'order_date') }} as order_year,
        {{ first_day_of('year', 'event_date') }} as event_year,
        amount as expected,
        0 as actual
    from {{ ref('int_ledger_entries') }}

)

select
    store_id,
    currency,
    order_year,
    event_year,
    sum(expected) as expected,
    sum(actual) as actual,
    sum(actual) - sum(expected) as difference
from postings
group by
    store_id,
    currency,
    order_year,
    event_year
having sum(actual) <> sum(expected)
