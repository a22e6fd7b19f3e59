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
    sum(case when is_sold then gross_amount{{ twin }} else 0 end) as gross_sales_amount{{ twin }},
    sum(case when is_sold then discount_amount{{ twin }} else 0 end) as discount_amount{{ twin }},
    -sum(case when is_returned then amount{{ twin }} else 0 end) as returned_amount{{ twin }},
    -sum(case when is_cancelled then amount{{ twin }} else 0 end) as cancelled_amount{{ twin }},
    sum(
        case when is_sales_entry and not (is_sold or is_returned or is_cancelled) then amount{{ twin }} else 0 end
    ) as adjustment_amount{{ twin }},
    sum(case when is_sales_entry then amount{{ twin }} else 0 end) as net_sales_amount{{ twin }},
    sum(case when is_sales_entry and cost_amount is not null then amount{{ twin }} else 0 end)
        as costed_net_sales_amount{{ twin }},
    case
        when sum(case when is_sales_entry then 1 else 0 end) = 0 then 0
        else sum(cost_amount{{ twin }})
    end as cogs_amount{{ twin }}
{%- endmacro %}

{# Parts of the net sales of goods, and what is charged beside goods. #}
{% macro sales_parts_and_charges(twin='') -%}
    sum(case when is_sales_entry and is_first_order then amount{{ twin }} else 0 end)
        as new_customer_net_sales_amount{{ twin }},
    sum(case when is_sales_entry and is_paid then amount{{ twin }} else 0 end) as paid_net_sales_amount{{ twin }},
    sum(case when line_type = 'shipping' then amount{{ twin }} else 0 end) as shipping_amount{{ twin }},
    sum(tax_amount{{ twin }}) as tax_amount{{ twin }},
    sum(case when line_type = 'tip' then amount{{ twin }} else 0 end) as tip_amount{{ twin }},
    sum(case when line_type in ('fee', 'duty') then amount{{ twin }} else 0 end) as fee_and_duty_amount{{ twin }},
    sum(case when line_type = 'gift_card' then amount{{ twin }} else 0 end) as gift_card_sales_amount{{ twin }},
    sum(case when line_type = 'adjustment' then amount{{ twin }} else 0 end) as refund_adjustment_amount{{ twin }},
    sum(
        case
            when
                not is_sales_entry
                and line_type not in ('shipping', 'tip', 'fee', 'duty', 'gift_card', 'adjustment')
                then amount{{ twin }}
            else 0
        end
    ) as other_amount{{ twin }}
{%- endmacro %}
