{#
    60 bits of the MD5 of text, as a bigint: the first eight bytes, lowest first, without the four highest bits. DuckDB
    gives these without writing digits and reading them again, which would take it twice as long.
#}
{% macro hash_number(expression) -%}
    {{ return(adapter.dispatch('hash_number')(expression)) }}
{%- endmacro %}

{% macro duckdb__hash_number(expression) -%}
    cast(md5_number({{ expression }}) & 1152921504606846975 as bigint)
{%- endmacro %}

{% macro spark__hash_number(expression) -%}
    cast(conv(
        regexp_replace(
            md5({{ expression }}), '^(..)(..)(..)(..)(..)(..)(..).(.).*$', '$8$7$6$5$4$3$2$1'
        ), 16, 10
    ) as bigint)
{%- endmacro %}

{# SHA-256 of text, as 64 lower-case hexadecimal digits. #}
{% macro sha256_hex(expression) -%}
    {{ return(adapter.dispatch('sha256_hex')(expression)) }}
{%- endmacro %}

{% macro duckdb__sha256_hex(expression) -%}
    sha256({{ expression }})
{%- endmacro %}

{% macro spark__sha256_hex(expression) -%}
    sha2({{ expression }}, 256)
{%- endmacro %}

{# Text values of a group joined in a stated order. #}
{% macro string_agg(expression, separator, order_by) -%}
    {{ return(adapter.dispatch('string_agg')(expression, separator, order_by)) }}
{%- endmacro %}

{% macro duckdb__string_agg(expression, separator, order_by) -%}
    string_agg({{ expression }}, '{{ separator }}' order by {{ order_by }})
{%- endmacro %}

{% macro spark__string_agg(expression, separator, order_by) -%}
    listagg({{ expression }}, '{{ separator }}') within group (order by {{ order_by }})
{%- endmacro %}

{# Every match of a regular expression replaced. #}
{% macro regexp_replace_all(expression, pattern, replacement) -%}
    {{ return(adapter.dispatch('regexp_replace_all')(expression, pattern, replacement)) }}
{%- endmacro %}

{% macro duckdb__regexp_replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, '{{ pattern }}', '{{ replacement }}', 'g')
{%- endmacro %}

{% macro spark__regexp_replace_all(expression, pattern, replacement) -%}
    regexp_replace({{ expression }}, r'{{ pattern }}', '{{ replacement }}')
{%- endmacro %}

{# Whether text contains a match of a regular expression. #}
{% macro regexp_like(expression, pattern) -%}
    {{ return(adapter.dispatch('regexp_like')(expression, pattern)) }}
{%- endmacro %}

{% macro duckdb__regexp_like(expression, pattern) -%}
    regexp_matches({{ expression }}, '{{ pattern }}')
{%- endmacro %}

{% macro spark__regexp_like(expression, pattern) -%}
    ({{ expression }} rlike r'{{ pattern }}')
{%- endmacro %}
