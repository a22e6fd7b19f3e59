select
    season_id,
    name as season_name,
    lower(season_type) as season_type,
    starts_on as start_date,
    ends_on as end_date,
    peak_on as peak_date,
    {{ money('target_revenue') }} as target_revenue_amount,
    {{ money('target_profit') }} as target_profit_amount,
    currency
from {{ source('files', 'seasons') }}
