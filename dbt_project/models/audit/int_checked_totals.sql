{{ config(materialized='ephemeral', contract={'enforced': false}) }}

with stated as (

    select * from {{ ref('int_stated_totals') }}

),

checks as (

    select * from {{ ref('audit_checks') }}

)

select
    stated.source,
    stated.store_id,
    stated.entity_type,
    stated.entity_id,
    stated.category,
    stated.measure,
    stated.currency,
    stated.date,
    stated.value,
    coalesce(checks.role, 'finding') as role,
    checks.figure,
    checks.check_name,
    checks.cause_id
from stated
left join checks
    on
        stated.entity_type = checks.entity_type
        and stated.measure = checks.measure
