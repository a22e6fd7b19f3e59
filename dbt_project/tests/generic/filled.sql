{# Rows in which a column is null that every source must fill. #}
{% test filled(model, columns) %}
select *
from {{ model }}
where
    {{ columns | join(' is null\n    or ') }} is null
{% endtest %}
