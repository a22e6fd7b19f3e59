{# Rows out of values: each macro is a whole select over a relation (a CTE's name), to stand in a CTE of its own. #}

{# A relation's rows, once for every date from its start column to its end column, both inclusive. #}
{% macro explode_dates(relation, start_column, end_column, date_name='date') -%}
    {{ return(adapter.dispatch('explode_dates')(relation, start_column, end_column, date_name)) }}
{%- endmacro %}

{% macro duckdb__explode_dates(relation, start_column, end_column, date_name) -%}
    select
        {{ relation }}.*,
        cast(
            unnest(generate_series(
                cast({{ relation }}.{{ start_column }} as timestamp),
                cast({{ relation }}.{{ end_column }} as timestamp),
                interval 1 day
            )) as date
        ) as {{ date_name }}
    from {{ relation }}
{%- endmacro %}

{% macro spark__explode_dates(relation, start_column, end_column, date_name) -%}
    select
        {{ relation }}.*,
        explode(
            case
                when {{ relation }}.{{ start_column }} <= {{ relation }}.{{ end_column }}
                    then sequence({{ relation }}.{{ start_column }}, {{ relation }}.{{ end_column }}, interval 1 day)
            end
        ) as {{ date_name }}
    from {{ relation }}
{%- endmacro %}

{# A relation's rows, once for every text item of a column that holds a JSON array. #}
{% macro explode_json_array(relation, column, item_name) -%}
    {{ return(adapter.dispatch('explode_json_array')(relation, column, item_name)) }}
{%- endmacro %}

{% macro duckdb__explode_json_array(relation, column, item_name) -%}
    select
        {{ relation }}.*,
        unnest(from_json({{ relation }}.{{ column }}, '["VARCHAR"]')) as {{ item_name }}
    from {{ relation }}
{%- endmacro %}

{% macro spark__explode_json_array(relation, column, item_name) -%}
    select
        {{ relation }}.*,
        explode(from_json({{ relation }}.{{ column }}, 'array<string>')) as {{ item_name }}
    from {{ relation }}
{%- endmacro %}

{# Text at a path ($.a.b, $[0]) of a column that holds JSON. #}
{% macro json_text(column, path) -%}
    {{ return(adapter.dispatch('json_text')(column, path)) }}
{%- endmacro %}

{% macro duckdb__json_text(column, path) -%}
    json_extract_string({{ column }}, '{{ path }}')
{%- endmacro %}

{% macro spark__json_text(column, path) -%}
    get_json_object({{ column }}, '{{ path }}')
{%- endmacro %}

{# Whether two values are the same, two nulls too. In each engine's own operator, which it can join by a hash: of any
   other wording it compares each row with each. #}
{% macro is_same(left, right) -%}
    {{ return(adapter.dispatch('is_same')(left, right)) }}
{%- endmacro %}

{% macro duckdb__is_same(left, right) -%}
    ({{ left }} is not distinct from {{ right }})
{%- endmacro %}

{% macro spark__is_same(left, right) -%}
    ({{ left }} <=> {{ right }})
{%- endmacro %}

{# How an incremental model is written: DuckDB takes each row in place of the one with its key, Spark a partition whole. #}
{% macro incremental_strategy() -%}
    {{ return(adapter.dispatch('incremental_strategy')()) }}
{%- endmacro %}

{% macro duckdb__incremental_strategy() -%}
    delete+insert
{%- endmacro %}

{% macro spark__incremental_strategy() -%}
    insert_overwrite
{%- endmacro %}

{# A condition: such a model selects the rows that stay as they are too. #}
{% macro writes_whole_partitions() -%}
    {{ 'true' if incremental_strategy() == 'insert_overwrite' else 'false' }}
{%- endmacro %}
