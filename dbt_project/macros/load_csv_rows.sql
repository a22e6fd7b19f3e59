{# The rows of a seed, all at once. dbt-spark's own macro writes no value as the text None, and an apostrophe as it stands. #}
{% macro spark__load_csv_rows(model, agate_table) -%}
    {%- set types = model.config.column_types or {} -%}
    {%- set sql -%}
        insert into {{ this }}
        select
            {%- for name in agate_table.column_names %}
            cast({{ name }} as {{ types.get(name, adapter.convert_type(agate_table, loop.index0)) }})
            {%- if not loop.last %}, {% endif %}
            {%- endfor %}
        from values
            {%- for row in agate_table.rows %}
            (
                {%- for value in row -%}
                    {%- if value is none -%}
                        null
                    {%- else -%}
                        '{{ value | string | replace('\\', '\\\\') | replace("'", "\\'") }}'
                    {%- endif -%}
                    {%- if not loop.last %}, {% endif -%}
                {%- endfor -%}
            )
            {%- if not loop.last %}, {% endif %}
            {%- endfor %}
        as seed_rows ({{ agate_table.column_names | join(', ') }})
    {%- endset -%}
    {%- do adapter.add_query(sql, abridge_sql_log=True) -%}
    {{ return(sql) }}
{%- endmacro %}
