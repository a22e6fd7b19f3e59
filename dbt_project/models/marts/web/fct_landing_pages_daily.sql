with landing_pages as (select * from {{ ref('int_landing_pages') }})

select
    analytics,
    property_id,
    visit_date,
    web_channel,
    landing_page,
    currency,
    session_count,
    engaged_session_count,
    user_count,
    purchase_count,
    purchase_revenue_amount,
    is_complete_day,
    is_partial_answer
from landing_pages
