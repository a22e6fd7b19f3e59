with stated as (

    select *
    from {{ ref('int_checked_totals') }}
    where figure is not null

),

findings as (

    select * from {{ ref('findings') }}

),

checks as (

    select * from {{ ref('audit_checks') }}

),

order_figures as (

    select * from {{ ref('int_order_figures') }}

),

ledger as (

    select * from {{ ref('fct_sales_ledger') }}

),

ads as (

    select * from {{ ref('int_held_ad_totals') }}

),

stock as (

    select * from {{ ref('int_stock_figures') }}

),

components as (

    select * from {{ ref('bridge_components') }}

),

-- A source that states a figure nowhere has no bridge of it.
stated_figures as (

    select distinct
        source,
        figure
    from stated

),

of_source as (

    select
        source,
        store_id,
        date,
        currency,
        figure,
        coalesce(category, 'vendor_total') as component,
        case when figure = 'returns' then -value else value end as amount
    from stated

),

of_findings as (

    select
        findings.source,
        findings.store_id,
        findings.date,
        findings.currency,
        checks.figure,
        case when findings.cause_id = 'unknown' then 'unexplained' else findings.cause_id end as component,
        case when checks.figure = 'returns' then -findings.difference else findings.difference end as amount
    from findings
    inner join checks
        on findings.check_id = checks.entity_type || '.' || checks.measure
    where
        checks.figure is not null
        and findings.is_open
        and findings.difference <> 0

),

of_orders as (
{% for component, amount in [
    ('test_orders', '-held'),
    ('gift_cards', '-gift_cards'),
    ('lines_of_no_goods', '-no_goods'),
    ('edits_and_exchanges', 'charged - (held - gift_cards - no_goods)'),
] %}
    select
        source,
        store_id,
        date,
        currency,
        figure,
        {% if component == 'edits_and_exchanges' -%}
        case
            when has_edit then '{{ component }}'
            when abs({{ amount }}) <= rounding_limit then 'rounding'
            else 'unexplained'
        end as component,
        {%- else -%}
        '{{ component }}' as component,
        {%- endif %}
        {{ amount }} as amount
    from order_figures
    {%- if component == 'test_orders' %}
    where
        is_test
        and figure not in ('payments', 'refunds')
    {%- elif component == 'edits_and_exchanges' %}
    where
        not is_test
        and charged <> held - gift_cards - no_goods
    {%- else %}
    where {{ amount[1:] }} <> 0
    {%- endif %}
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

returned_by_line as (

    select
        source,
        store_id,
        event_date as date,
        currency,
        'returns' as figure,
        case when is_test then 'test_orders' else 'gift_cards' end as component,
        amount
    from ledger
    where
        base_entry_type in ('return', 'cancellation')
        and line_type in ('product', 'gift_card')
        and (is_test or line_type = 'gift_card')

),

of_refunds as (
{% for figure, condition in [
    ('tax', 'true'),
    ('shipping', "line_type = 'shipping'"),
    ('tips', "line_type = 'tip'"),
] %}
    select
        source,
        store_id,
        ledger_date as date,
        currency,
        '{{ figure }}' as figure,
        'given_back' as component,
        {{ 'tax_amount' if figure == 'tax' else 'amount' }} as amount
    from ledger
    where
        not is_test
        and not is_charged
        and {{ condition }}
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

adjustments as (

    select
        source,
        store_id,
        ledger_date as date,
        currency,
        'net' as figure,
        'adjustments' as component,
        amount
    from ledger
    where
        is_sales_entry
        and not (is_sold or is_returned or is_cancelled)

),

ours as (
{% for figure, amount in [
    ('sold', 'case when is_sold then amount else 0 end'),
    ('discounts', 'case when is_sold then discount_amount else 0 end'),
    ('returns', 'case when is_returned or is_cancelled then -amount else 0 end'),
    ('tax', 'case when not is_test then tax_amount else 0 end'),
    ('shipping', "case when not is_test and line_type = 'shipping' then amount else 0 end"),
    ('tips', "case when not is_test and line_type = 'tip' then amount else 0 end"),
] %}
    select
        source,
        store_id,
        ledger_date as date,
        currency,
        '{{ figure }}' as figure,
        'ours' as component,
        {{ amount }} as amount
    from ledger

    union all
{% endfor %}
    select
        source,
        store_id,
        date,
        currency,
        figure,
        'ours' as component,
        charged as amount
    from order_figures
    where figure in ('payments', 'refunds')

),

of_ads as (
{% for figure, measure in [('spend', 'spend_amount'), ('impressions', 'impressions')] %}
    select
        source,
        store_id,
        date,
        currency,
        '{{ figure }}' as figure,
        'ours' as component,
        value as amount
    from ads
    where
        entity_type = 'ad_accounts'
        and measure = '{{ measure }}'
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

of_stock as (
{% for component, quantity in [('moved_after', 'moved_after_quantity'), ('ours', 'closing_quantity')] %}
    select
        source,
        store_id,
        date,
        cast(null as {{ dbt.type_string() }}) as currency,
        'stock' as figure,
        '{{ component }}' as component,
        {{ quantity }} as amount
    from stock
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

parts as (
{% for relation in [
    'of_source', 'of_findings', 'of_orders', 'returned_by_line', 'of_refunds', 'adjustments', 'ours', 'of_ads', 'of_stock'
] %}
    select
        source,
        store_id,
        date,
        currency,
        figure,
        component,
        amount
    from {{ relation }}
    {%- if not loop.last %}

    union all
    {% endif %}
{%- endfor %}

),

-- Gross is what was sold before discounts, and net what is left after returns.
published as (

    select
        parts.source,
        parts.store_id,
        parts.date,
        parts.currency,
        case when parts.figure = 'sold' then 'gross' else parts.figure end as figure,
        parts.component,
        parts.amount
    from parts

    union all

    select
        parts.source,
        parts.store_id,
        parts.date,
        parts.currency,
        case when parts.figure = 'discounts' then 'gross' else 'net' end as figure,
        parts.component,
        case when parts.figure = 'returns' then -parts.amount else parts.amount end as amount
    from parts
    where parts.figure in ('sold', 'discounts', 'returns')

    union all

    select
        parts.source,
        parts.store_id,
        parts.date,
        parts.currency,
        parts.figure,
        'ours' as component,
        parts.amount
    from parts
    where parts.component = 'adjustments'

),

summed as (

    select
        published.source,
        published.store_id,
        published.date,
        published.currency,
        published.figure,
        published.component,
        {{ money('sum(published.amount)') }} as amount
    from published
    inner join stated_figures
        on
            published.source = stated_figures.source
            and stated_figures.figure
            = case when published.figure in ('gross', 'net') then 'sold' else published.figure end
    group by
        published.source,
        published.store_id,
        published.date,
        published.currency,
        published.figure,
        published.component

),

-- What is left of a day is dated on another one: over all days it comes to nothing, or something was lost.
other_days as (

    select
        source,
        store_id,
        date,
        currency,
        figure,
        'other_day' as component,
        {{ money("sum(case when component = 'ours' then amount else -amount end)") }} as amount
    from summed
    group by
        source,
        store_id,
        date,
        currency,
        figure

),

steps as (

    select * from summed

    union all

    select * from other_days

)

select
    steps.source,
    steps.store_id,
    steps.date,
    {{ first_day_of('month', 'steps.date') }} as month,
    steps.figure,
    components.position,
    steps.component,
    components.component_name,
    steps.currency,
    steps.amount
from steps
left join components
    on steps.component = components.component
where
    steps.amount <> 0
    or steps.component in ('vendor_total', 'ours')
