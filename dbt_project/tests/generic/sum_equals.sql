{# Groups whose sums differ from another relation's by more than a tolerance (0: to the last digit kept).
   `expression` and `compare_expression` are summed; `group_by` columns exist in both and may be left out.
   A group that only one side has counts with zero on the other; `where_known`: one of which either side has an amount that
   is not known, because its currency has no rate, is not compared. #}
{% test sum_equals(
    model,
    compare_to,
    expression,
    compare_expression=none,
    group_by=[],
    filter='true',
    compare_filter='true',
    tolerance=0,
    where_known=false
) %}
with amounts as (

    select
        {%- for column in group_by %}
        {{ column }},
        {%- endfor %}
        {{ expression }} as actual,
        0 as expected
    from {{ model }}
    where ({{ filter }})

    union all

    select
        {%- for column in group_by %}
        {{ column }},
        {%- endfor %}
        0 as actual,
        {{ compare_expression or expression }} as expected
    from {{ compare_to }}
    where ({{ compare_filter }})

)

select
    {%- for column in group_by %}
    {{ column }},
    {%- endfor %}
    coalesce(sum(actual), 0) as actual,
    coalesce(sum(expected), 0) as expected
from amounts
{%- if group_by %}
group by {{ group_by | join(', ') }}
{%- endif %}
having
    abs(coalesce(sum(actual), 0) - coalesce(sum(expected), 0)) > {{ tolerance }}
    {%- if where_known %}
    and count(actual) = count(*)
    and count(expected) = count(*)
    {%- endif %}
{% endtest %}
