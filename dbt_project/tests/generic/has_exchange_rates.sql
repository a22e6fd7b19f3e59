{# Stores (or accounts) and currencies with rows that cannot be converted, and from which day to which.
   `amounts` are those whose `_reporting` twin must be known, unless they are zero. Without any, each row's currency must
   have a rate on its day: a table that keeps what was converted once does not show by its twins that the rate is gone. #}
{% test has_exchange_rates(model, by, date, amounts=[]) %}
{{ config(severity='warn') }}
select
    {%- for column in by %}
    converted.{{ column }},
    {%- endfor %}
    min(converted.{{ date }}) as first_date,
    max(converted.{{ date }}) as last_date,
    count(*) as row_count
from {{ model }} as converted
{%- if not amounts %}
left join {{ ref('int_exchange_rates') }} as exchange_rates
    on
        converted.currency = exchange_rates.from_currency
        and converted.{{ date }} = exchange_rates.date
where exchange_rates.rate_to_reporting is null
{%- else %}
where
    {%- for amount in amounts %}
    {% if not loop.first %}or {% endif -%}
    (converted.{{ amount }} <> 0 and converted.{{ amount }}_reporting is null)
    {%- endfor %}
{%- endif %}
group by
    {%- for column in by %}
    converted.{{ column }}{% if not loop.last %},{% endif %}
    {%- endfor %}
{% endtest %}
