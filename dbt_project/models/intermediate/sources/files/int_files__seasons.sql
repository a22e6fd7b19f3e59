select
    season_id,
    season_name,
    season_type,
    start_date,
    end_date,
    peak_date,
    target_revenue_amount,
    target_profit_amount,
    currency
from {{ ref('stg_files__seasons') }}
