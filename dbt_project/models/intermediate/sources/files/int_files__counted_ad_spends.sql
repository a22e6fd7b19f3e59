{{ config(materialized='view') }}

with spends as (

    select * from {{ ref('stg_files__ad_spends') }}

),

connected as (

    select * from {{ ref('int_connected_ad_periods') }}

)

-- Of a day that the platform's own connector has read, its figures count: it restates them, a file does not.
select spends.*
from spends
left join connected
    on
        spends.platform = connected.platform
        and spends.account_id = connected.account_id
        and spends.account_date >= coalesce(connected.first_date, date '0001-01-01')
        and spends.account_date <= connected.last_date
where connected.account_id is null
