select
    spend_id,
    season_id,
    budget_category,
    budget_subcategory,
    spend_status,
    spend_amount,
    currency,
    spend_date
from {{ ref('stg_files__season_spends') }}
