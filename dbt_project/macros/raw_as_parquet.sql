{# Raw data on its way to Spark: DuckDB writes each table that models read as a folder of Parquet, and Spark reads it there.
   A folder's name begins with the source's, because Spark takes what begins with `_` for hidden. #}

{# On DuckDB: dbt run-operation copy_raw --args '{to: PATH}'; what is there already is an error. #}
{% macro copy_raw(to) -%}
    {%- for table in tables_of_sources() -%}
        {%- do run_query("copy " ~ table ~ " to '" ~ parquet_folder(to, table) ~ "' (format parquet, per_thread_output)") -%}
    {%- endfor -%}
{%- endmacro %}

{# On Spark: dbt run-operation read_raw --args '{from: PATH}' --target spark #}
{% macro read_raw(from) -%}
    {%- for table in tables_of_sources() -%}
        {%- do run_query('create schema if not exists ' ~ table.schema) -%}
        {%- do run_query('drop table if exists ' ~ table) -%}
        {%- do run_query("create table " ~ table ~ " using parquet location '" ~ parquet_folder(from, table) ~ "'") -%}
    {%- endfor -%}
{%- endmacro %}

{% macro parquet_folder(folder, table) -%}
    {{ folder }}/{{ table.schema }}.{{ table.identifier }}
{%- endmacro %}

{# Every table that models read, and what tells how old they are. #}
{% macro tables_of_sources() -%}
    {%- set tables = [] -%}
    {%- for node in graph.sources.values() -%}
        {%- set table = api.Relation.create(database=node.database, schema=node.schema, identifier=node.identifier) -%}
        {%- do tables.append(table) -%}
        {%- set loads = beside(table, '_dlt_loads') -%}
        {%- if node.config.loaded_at_query and loads not in tables -%}
            {%- do tables.append(loads) -%}
        {%- endif -%}
    {%- endfor -%}
    {{ return(tables) }}
{%- endmacro %}
