with landing_pages as (

    select * from {{ ref('stg_ga4__landing_pages') }}
    where is_current

),

properties as (

    select * from {{ ref('stg_ga4__properties') }}

),

periods as (

    select * from {{ ref('stg_ga4__report_periods') }}

)

select
    landing_pages.property_id,
    landing_pages.visit_date,
    landing_pages.web_channel,
    nullif(landing_pages.landing_page, '(not set)') as landing_page,
    properties.currency,
    landing_pages.session_count,
    landing_pages.engaged_session_count,
    landing_pages.user_count,
    landing_pages.purchase_count,
    landing_pages.purchase_revenue_amount,
    coalesce(landing_pages.visit_date < periods.last_date, false) as is_complete_day,
    landing_pages.is_thresholded or landing_pages.is_sampled or landing_pages.has_other_row as is_partial_answer
from landing_pages
left join properties
    on landing_pages.property_id = properties.property_id
left join periods
    on landing_pages.property_id = periods.property_id
