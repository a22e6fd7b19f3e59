with web_visitors as (select * from {{ ref('int_web_visitors') }})

select
    analytics,
    property_id,
    visit_date,
    session_count,
    user_count,
    active_user_count,
    new_user_count,
    is_complete_day,
    is_partial_answer
from web_visitors
