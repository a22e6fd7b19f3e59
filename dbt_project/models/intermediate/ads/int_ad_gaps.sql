{{ config(materialized='view') }}

with gaps as (

    select * from {{ ref('int_source_gaps') }}

),

accounts as (

    select distinct platform
    from {{ ref('int_ad_accounts') }}

)

-- A closed account costs nothing any more, so nothing of it is missing.
select
    gaps.source as platform,
    gaps.account_id,
    gaps.subject,
    gaps.first_date,
    gaps.last_date
from gaps
inner join accounts
    on gaps.source = accounts.platform
where
    gaps.closed_at is null
    and gaps.cause <> 'closed'
