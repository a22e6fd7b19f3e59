select
    season_id,
    milestone_id,
    milestone_name,
    due_date,
    completed_date,
    owner,
    depends_on_milestone_id
from {{ ref('stg_files__season_milestones') }}
