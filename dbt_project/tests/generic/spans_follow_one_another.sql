{# Spans that do not begin on the day after the one before of the same key, or end before they begin: every day from the
   first to the last is in exactly one. #}
{% test spans_follow_one_another(model, key, from_date='from_date', to_date='to_date') %}
with spans as (

    select
        {{ key | join(',\n        ') }},
        {{ from_date }} as from_date,
        {{ to_date }} as to_date,
        lag({{ to_date }}) over (
            partition by {{ key | join(', ') }}
            order by {{ from_date }} nulls last
        ) as previous_to_date
    from {{ model }}

)

select *
from spans
where
    not coalesce(from_date <= to_date, false)
    or from_date <> {{ add_days('previous_to_date', 1) }}
{% endtest %}
