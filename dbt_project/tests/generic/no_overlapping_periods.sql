{# Rows whose period starts before the previous one of the same key has ended; `valid_to` is exclusive, null: still open. #}
{% test no_overlapping_periods(model, key, valid_from, valid_to) %}
with periods as (

    select
        {{ key | join(',\n        ') }},
        {{ valid_from }} as valid_from,
        lag({{ valid_to }}) over (
            partition by {{ key | join(', ') }}
            order by {{ valid_from }} nulls last
        ) as previous_valid_to,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by {{ valid_from }} nulls last
        ) as period_number
    from {{ model }}

)

select *
from periods
where
    period_number > 1
    and (previous_valid_to is null or previous_valid_to > valid_from)
{% endtest %}
