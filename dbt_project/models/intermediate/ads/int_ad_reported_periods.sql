-- Not what was read but what was told: an account that was read before that was kept has its days too.
with reported as (

    {% for relation in [
        'int_ad_measures', 'int_ad_claims', 'int_ad_breakdowns', 'int_ad_keyword_measures', 'int_ad_search_terms'
    ] -%}
    select
        platform,
        account_id,
        min(account_date) as first_date,
        max(account_date) as last_date
    from {{ ref(relation) }}
    group by platform, account_id
    {%- if not loop.last %}

    union all

    {% endif %}
    {%- endfor %}

)

select
    platform,
    account_id,
    min(first_date) as first_date,
    max(last_date) as last_date
from reported
group by platform, account_id
