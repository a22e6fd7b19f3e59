{# From when to when a row of a versioned raw table was what its source said. #}
{% macro version_columns() -%}
    {{ utc_timestamp('_valid_from') }} as known_from_at,
    {{ utc_timestamp('_valid_to') }} as known_until_at,
    _valid_to is null as is_current
{%- endmacro %}
