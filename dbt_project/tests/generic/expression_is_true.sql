{# Rows for which a condition on columns of the row is not true (false or null). #}
{% test expression_is_true(model, expression, filter='true') %}
select *
from {{ model }}
where
    ({{ filter }})
    and not coalesce(({{ expression }}), false)
{% endtest %}
