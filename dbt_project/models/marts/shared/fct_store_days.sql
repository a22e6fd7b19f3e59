with store_days as (

    select * from {{ ref('int_store_days') }}

),

unreconciled_days as (

    select * from {{ ref('unreconciled_days') }}

),

findings as (

    select * from {{ ref('findings') }}

),

unreconciled as (

    select distinct
        store_id,
        date
    from unreconciled_days

),

with_finding as (

    select distinct
        store_id,
        date
    from findings
    where is_open

)

select
    store_days.store_id,
    store_days.date,
    store_days.is_complete_day,
    store_days.has_unknown_returns,
    unreconciled.date is null as is_reconciled,
    with_finding.date is not null as has_finding,
    store_days.currency,
    store_days.rate_to_reporting,
    store_days.reporting_currency
from store_days
left join unreconciled
    on
        store_days.store_id = unreconciled.store_id
        and store_days.date = unreconciled.date
left join with_finding
    on
        store_days.store_id = with_finding.store_id
        and store_days.date = with_finding.date
