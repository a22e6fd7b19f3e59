{# Rows that leave a column empty which has to be filled: what a source must bring of a canonical entity. #}
{% test filled(model, columns) %}
select *
from {{ model }}
where
    {% for column in columns -%}
    {{ column }} is null
    {%- if not loop.last %}
    or {% endif %}
    {%- endfor %}
{% endtest %}
