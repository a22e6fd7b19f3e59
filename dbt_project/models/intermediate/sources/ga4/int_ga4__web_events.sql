with events as (

    select * from {{ ref('stg_ga4__events') }}
    where is_current

),

periods as (

    select * from {{ ref('stg_ga4__report_periods') }}

)

select
    events.property_id,
    events.visit_date,
    events.event_name,
    events.event_count,
    events.user_count,
    events.event_value,
    coalesce(events.visit_date < periods.last_date, false) as is_complete_day,
    events.is_thresholded or events.is_sampled or events.has_other_row as is_partial_answer
from events
left join periods
    on events.property_id = periods.property_id
