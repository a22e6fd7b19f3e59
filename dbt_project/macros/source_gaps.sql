{# A source's gaps in canonical form: which subject each report is about. A gap without a report is of everything, and one
   of another report of how an account is built. #}
{% macro source_gaps(relation, subjects) -%}
    select
        account_id,
        report,
        case
            when report is null then 'everything'
            {%- for subject, reports in subjects.items() %}
            when report in ('{{ reports | join("', '") }}') then '{{ subject }}'
            {%- endfor %}
            else 'structure'
        end as subject,
        first_date,
        last_date,
        cause,
        code,
        subcode,
        message,
        advice,
        first_tried_at,
        last_tried_at,
        closed_at
    from {{ relation }}
{%- endmacro %}
