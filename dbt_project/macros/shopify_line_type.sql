{# What a sale of Shopify's ledger sells, in our words; Shopify itself does not know of some (UNKNOWN). #}
{% macro shopify_line_type(line_type) -%}
    case {{ line_type }}
        when 'PRODUCT' then 'product'
        when 'SHIPPING' then 'shipping'
        when 'GIFT_CARD' then 'gift_card'
        when 'TIP' then 'tip'
        when 'DUTY' then 'duty'
        when 'FEE' then 'fee'
        when 'ADDITIONAL_FEE' then 'fee'
        when 'ADJUSTMENT' then 'adjustment'
        else 'unknown'
    end
{%- endmacro %}
