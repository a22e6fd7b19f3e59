with web_events as (select * from {{ ref('int_web_events') }})

select
    analytics,
    property_id,
    visit_date,
    event_name,
    event_count,
    user_count,
    event_value,
    is_complete_day,
    is_partial_answer
from web_events
