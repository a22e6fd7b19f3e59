select
    season_id,
    budget_category,
    budget_subcategory,
    planned_amount,
    currency
from {{ ref('stg_files__season_budgets') }}
