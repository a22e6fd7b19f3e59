{# Time zones of the known stores; none before the first run has found any. Asked of the database when a model is
   compiled, and not by ref(), which would make every model with a date depend on the stores, and the stores on themselves. #}
{% macro shop_time_zones() -%}
    {%- set zones = [] -%}
    {%- if execute -%}
        {#- Asked of the file, for dbt's cache has a table before it is there for another thread. -#}
        {%- set built -%}
            select 1 from duckdb_tables()
            where database_name = '{{ target.database }}' and schema_name = 'intermediate' and table_name = 'int_stores'
        {%- endset -%}
        {%- if run_query(built).rows -%}
            {%- set stores = api.Relation.create(target.database, 'intermediate', 'int_stores') -%}
            {%- set query = 'select distinct timezone from ' ~ stores ~ ' where timezone is not null order by 1' -%}
            {%- for row in run_query(query).rows -%}
                {%- do zones.append(row[0] | replace("'", "''")) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(zones) }}
{%- endmacro %}
