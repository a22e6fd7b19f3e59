select
    season_id,
    lower(category) as budget_category,
    subcategory as budget_subcategory,
    {{ money('planned_amount') }} as planned_amount,
    currency
from {{ source('files', 'season_budgets') }}
