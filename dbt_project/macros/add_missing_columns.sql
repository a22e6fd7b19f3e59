{# Gives a table with a history the columns that its model has gained since (null until the model fills them), and decimals
   to those that held whole numbers and hold parts of them now. #}
{% macro add_missing_columns() -%}
    {%- if execute and is_incremental() -%}
        {%- set present = {} -%}
        {%- for column in adapter.get_columns_in_relation(this) -%}
            {%- do present.update({column.name: column}) -%}
        {%- endfor -%}
        {%- set missing = [] -%}
        {%- for name, column in model.columns.items() -%}
            {%- if name not in present -%}
                {%- do missing.append(api.Column(name, column.data_type)) -%}
            {%- elif present[name].is_integer() and column.data_type.startswith('decimal') -%}
                {%- do run_query('alter table ' ~ this ~ ' alter column ' ~ name ~ ' type ' ~ column.data_type) -%}
            {%- endif -%}
        {%- endfor -%}
        {%- if missing -%}
            {%- do alter_relation_add_remove_columns(this.incorporate(type='table'), missing, none) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
