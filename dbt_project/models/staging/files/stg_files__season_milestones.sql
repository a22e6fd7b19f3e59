select
    season_id,
    milestone_id,
    name as milestone_name,
    due_on as due_date,
    completed_on as completed_date,
    owner,
    depends_on as depends_on_milestone_id
from {{ source('files', 'season_milestones') }}
