with spends as (

    select * from {{ ref('stg_files__ad_spends') }}

),

counted_spends as (

    select * from {{ ref('int_files__counted_ad_spends') }}

),

orders as (

    select * from {{ ref('stg_files__orders') }}

),

superseded_orders as (

    select * from {{ ref('int_files__superseded_orders') }}

),

loaded_files as (

    select * from {{ ref('stg_files__loaded_files') }}

),

left_out as (

    select
        spends.platform || '/' || spends.account_id as account_id,
        'ad_spend' as report,
        'spend' as subject,
        spends.account_date as date,
        spends.file_id,
        'the platform''s connector' as winner
    from spends
    left join counted_spends
        on
            spends.platform = counted_spends.platform
            and spends.account_id = counted_spends.account_id
            and spends.campaign_id = counted_spends.campaign_id
            and spends.account_date = counted_spends.account_date
    where counted_spends.platform is null

    union all

    select
        orders.store_id as account_id,
        'orders' as report,
        'orders' as subject,
        cast(orders.ordered_at as date) as date,
        orders.file_id,
        'the store''s connector' as winner
    from orders
    inner join superseded_orders
        on
            orders.store_id = superseded_orders.store_id
            and orders.order_id = superseded_orders.order_id

)

-- Closed from the start: nothing is missing, and nothing is asked for again.
select
    left_out.account_id,
    left_out.report,
    left_out.subject,
    min(left_out.date) as first_date,
    max(left_out.date) as last_date,
    'superseded' as cause,
    cast(null as {{ dbt.type_string() }}) as code,
    cast(null as {{ dbt.type_string() }}) as subcode,
    cast(count(*) as {{ dbt.type_string() }}) || ' rows of files are left out: ' || max(left_out.winner)
    || ' has read the same, and its figures count' as message,
    cast(null as {{ dbt.type_string() }}) as advice,
    min(loaded_files.loaded_at) as first_tried_at,
    max(loaded_files.loaded_at) as last_tried_at,
    max(loaded_files.loaded_at) as closed_at
from left_out
inner join loaded_files
    on left_out.file_id = loaded_files.file_id
group by
    left_out.account_id,
    left_out.report,
    left_out.subject
