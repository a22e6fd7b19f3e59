{# Gives a table with a history the columns that its model has gained since: null until the model fills them. #}
{% macro add_missing_columns() -%}
    {%- if execute and is_incremental() -%}
        {%- set present = adapter.get_columns_in_relation(this) | map(attribute='name') | list -%}
        {%- set missing = [] -%}
        {%- for name, column in model.columns.items() if name not in present -%}
            {%- do missing.append(api.Column(name, column.data_type)) -%}
        {%- endfor -%}
        {%- if missing -%}
            {%- do alter_relation_add_remove_columns(this.incorporate(type='table'), missing, none) -%}
        {%- endif -%}
    {%- endif -%}
{%- endmacro %}
