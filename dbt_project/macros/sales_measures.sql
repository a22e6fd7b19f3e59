{# What the metric tables of sales sum, said once for both date bases: over entries of the ledger that are no tests, with
   the columns of fct_sales_ledger and, of sales entries, cost_amount and its twin (null: not known). #}

{% macro sales_units() -%}
    sum(case when is_sold then quantity else 0 end) as units_sold,
    -sum(case when is_returned then quantity else 0 end) as units_returned,
    -sum(case when is_cancelled then quantity else 0 end) as units_cancelled,
    sum(case when is_sales_entry then quantity else 0 end) as units_net,
    sum(case when is_sales_entry and cost_amount is null then quantity else 0 end) as units_without_cost
{%- endmacro %}

{# Sales of goods. COGS are null where goods were sold and the cost of none is known, and 0 where none were sold. #}
{% macro sales_amounts(twin='') -%}
    {{ known_sum_where('is_sold', 'gross_amount' ~ twin) }} as gross_sales_amount{{ twin }},
    {{ known_sum_where('is_sold', 'discount_amount' ~ twin) }} as discount_amount{{ twin }},
    -{{ known_sum_where('is_returned', 'amount' ~ twin) }} as returned_amount{{ twin }},
    -{{ known_sum_where('is_cancelled', 'amount' ~ twin) }} as cancelled_amount{{ twin }},
    {{ known_sum_where('is_sales_entry and not (is_sold or is_returned or is_cancelled)', 'amount' ~ twin) }}
        as adjustment_amount{{ twin }},
    {{ known_sum_where('is_sales_entry', 'amount' ~ twin) }} as net_sales_amount{{ twin }},
    {{ known_sum_where('is_sales_entry and cost_amount is not null', 'amount' ~ twin) }}
        as costed_net_sales_amount{{ twin }},
    case
        when sum(case when is_sales_entry then 1 else 0 end) = 0 then 0
        when count(cost_amount) > 0 then {{ known_sum_where('cost_amount is not null', 'cost_amount' ~ twin) }}
    end as cogs_amount{{ twin }}
{%- endmacro %}

{# Parts of the net sales of goods, and what is charged beside goods. #}
{% macro sales_parts_and_charges(twin='') -%}
    {{ known_sum_where('is_sales_entry and is_first_order', 'amount' ~ twin) }}
        as new_customer_net_sales_amount{{ twin }},
    {{ known_sum_where('is_sales_entry and is_paid', 'amount' ~ twin) }} as paid_net_sales_amount{{ twin }},
    {{ known_sum_where("line_type = 'shipping'", 'amount' ~ twin) }} as shipping_amount{{ twin }},
    {{ known_sum('tax_amount' ~ twin) }} as tax_amount{{ twin }},
    {{ known_sum_where("line_type = 'tip'", 'amount' ~ twin) }} as tip_amount{{ twin }},
    {{ known_sum_where("line_type in ('fee', 'duty')", 'amount' ~ twin) }} as fee_and_duty_amount{{ twin }},
    {{ known_sum_where("line_type = 'gift_card'", 'amount' ~ twin) }} as gift_card_sales_amount{{ twin }},
    {{ known_sum_where("line_type = 'adjustment'", 'amount' ~ twin) }} as refund_adjustment_amount{{ twin }},
    {{ known_sum_where(
        "not is_sales_entry and line_type not in ('shipping', 'tip', 'fee', 'duty', 'gift_card', 'adjustment')",
        'amount' ~ twin
    ) }} as other_amount{{ twin }}
{%- endmacro %}
