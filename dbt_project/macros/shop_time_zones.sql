{# Time zones of the connected shops; none where nothing was loaded yet. Asked of the database when a model is compiled,
   and not by source(), which would make every model with a date depend on the table. #}
{% macro shop_time_zones() -%}
    {%- set zones = [] -%}
    {%- if execute -%}
        {%- set shops = adapter.get_relation(database='raw', schema='shopify', identifier='shop') -%}
        {%- if shops is not none -%}
            {%- set query = 'select distinct iana_timezone from ' ~ shops ~ ' where iana_timezone is not null order by 1' -%}
            {%- for row in run_query(query).rows -%}
                {%- do zones.append(row[0] | replace("'", "''")) -%}
            {%- endfor -%}
        {%- endif -%}
    {%- endif -%}
    {{ return(zones) }}
{%- endmacro %}
