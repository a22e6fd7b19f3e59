{# What the goods of known cost earned, from sums of one grain. Sales of which no cost is known have a profit that is
   not known, rather than one of their whole value; no sales have none. #}
{% macro gross_profit(net_sales, costed_net_sales, cogs) -%}
    case
        when {{ net_sales }} = 0 or {{ costed_net_sales }} <> 0 or {{ cogs }} <> 0
            then {{ money(costed_net_sales ~ ' - ' ~ cogs) }}
    end
{%- endmacro %}
