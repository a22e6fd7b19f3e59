with milestones as (

    select *
    from {{ ref('int_season_milestones') }}

),

-- A milestone completed after the run's date was not completed yet when the run looks.
judged as (

    select
        milestones.season_id,
        milestones.milestone_id,
        milestones.milestone_name,
        milestones.owner,
        milestones.due_date,
        case when milestones.completed_date <= {{ as_of_date("'UTC'") }} then milestones.completed_date end
            as completed_date,
        milestones.depends_on_milestone_id
    from milestones

),

placed as (

    select
        judged.season_id,
        judged.milestone_id,
        judged.milestone_name,
        judged.owner,
        judged.due_date,
        judged.completed_date,
        judged.depends_on_milestone_id,
        judged.depends_on_milestone_id is not null and predecessors.completed_date is null as is_waiting,
        predecessors.due_date > judged.due_date as is_due_before_predecessor
    from judged
    left join judged as predecessors
        on
            judged.season_id = predecessors.season_id
            and judged.depends_on_milestone_id = predecessors.milestone_id

)

select
    {{ surrogate_key(['season_id', 'milestone_id']) }} as season_milestone_key,
    season_id,
    milestone_id,
    milestone_name,
    owner,
    due_date,
    completed_date,
    depends_on_milestone_id,
    case
        when completed_date > due_date then 'completed_late'
        when completed_date is not null then 'completed'
        when due_date < {{ as_of_date("'UTC'") }} then 'overdue'
        when is_waiting then 'waiting'
        else 'open'
    end as milestone_status,
    case
        when completed_date is not null
            then greatest({{ days_between('due_date', 'completed_date') }}, 0)
        else greatest({{ days_between('due_date', as_of_date("'UTC'")) }}, 0)
    end as days_late,
    completed_date is null and is_waiting as is_waiting_for_predecessor,
    coalesce(is_due_before_predecessor, false) as is_due_before_predecessor
from placed
