with runs as (

    select *
    from {{ ref('stg_forecast__forecast_runs') }}

),

differences as (

    select *
    from {{ ref('stg_forecast__forecast_differences') }}

),

latest_run as (

    select run_id
    from runs
    qualify row_number() over (order by as_of desc nulls last, run_id asc nulls last) = 1

)

select
    {{ surrogate_key(['differences.run_id', 'differences.measure', 'differences.level', 'differences.horizon_days']) }}
        as forecast_difference_key,
    differences.run_id,
    differences.as_of as forecast_as_of_at,
    differences.measure,
    differences.level,
    cast(differences.horizon_days as int) as horizon_days,
    differences.total_mean,
    differences.parts_mean,
    differences.difference,
    cast(differences.part_count as int) as part_count,
    cast(differences.parts_without_forecast as int) as parts_without_forecast_count
from differences
inner join latest_run
    on differences.run_id = latest_run.run_id
