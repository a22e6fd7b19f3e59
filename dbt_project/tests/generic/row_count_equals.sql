{# One row where the model and another relation differ in their number of rows.
   `filter` is a condition on the model, `compare_filter` one on the other relation. #}
{% test row_count_equals(model, compare_to, filter='true', compare_filter='true') %}
with model_rows as (

    select count(*) as row_count
    from {{ model }}
    where ({{ filter }})

),

compared_rows as (

    select count(*) as row_count
    from {{ compare_to }}
    where ({{ compare_filter }})

)

select
    model_rows.row_count,
    compared_rows.row_count as expected_row_count
from model_rows
cross join compared_rows
where model_rows.row_count <> compared_rows.row_count
{% endtest %}
