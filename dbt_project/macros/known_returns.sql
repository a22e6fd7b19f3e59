{# A figure of returns. Where none is there and the store's sources cannot tell, it is not known: files that hold no
   return are of a shop to which nothing came back, or leave out what did. #}
{% macro known_returns(figure, is_unknown) -%}
    case when {{ is_unknown }} and {{ figure }} = 0 then null else {{ figure }} end
{%- endmacro %}
