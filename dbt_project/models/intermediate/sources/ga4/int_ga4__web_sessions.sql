with traffic as (

    select * from {{ ref('stg_ga4__traffic') }}
    where is_current

),

properties as (

    select * from {{ ref('stg_ga4__properties') }}

),

periods as (

    select * from {{ ref('stg_ga4__report_periods') }}

)

select
    traffic.property_id,
    traffic.visit_date,
    traffic.web_channel,
    traffic.session_source,
    traffic.session_medium,
    nullif(traffic.session_campaign, '(not set)') as session_campaign,
    properties.currency,
    traffic.session_count,
    traffic.engaged_session_count,
    traffic.user_count,
    traffic.new_user_count,
    traffic.purchase_count,
    traffic.purchase_revenue_amount,
    coalesce(traffic.visit_date < periods.last_date, false) as is_complete_day,
    traffic.is_thresholded or traffic.is_sampled or traffic.has_other_row as is_partial_answer
from traffic
left join properties
    on traffic.property_id = properties.property_id
left join periods
    on traffic.property_id = periods.property_id
