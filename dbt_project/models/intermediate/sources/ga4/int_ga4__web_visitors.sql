with visitors as (

    select * from {{ ref('stg_ga4__visitors') }}
    where is_current

),

periods as (

    select * from {{ ref('stg_ga4__report_periods') }}

)

select
    visitors.property_id,
    visitors.visit_date,
    visitors.session_count,
    visitors.user_count,
    visitors.active_user_count,
    visitors.new_user_count,
    coalesce(visitors.visit_date < periods.last_date, false) as is_complete_day,
    visitors.is_thresholded or visitors.is_sampled or visitors.has_other_row as is_partial_answer
from visitors
left join periods
    on visitors.property_id = periods.property_id
