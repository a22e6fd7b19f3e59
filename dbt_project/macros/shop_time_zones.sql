{# Time zones of the known stores; none before the first run has found any. Asked of the database when a model is
   compiled, and not by ref(), which would make every model with a date depend on the stores, and the stores on themselves. #}
{% macro shop_time_zones() -%}
    {%- set zones = [] -%}
    {%- if execute -%}
        {%- set stores = adapter.get_relation(target.database, 'intermediate', 'int_stores') -%}
        {%- if stores is not none -%}
            {%- set query = 'select distinct timezone from ' ~ stores ~ ' where timezone is not null order by 1' -%}
            {%- for row in run_query(query).rows -%}
                {%- do zones.append(row[0] | replace("'", "''")) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(zones) }}
{%- endmacro %}
