with stated as (

    {{ union_of_sources('stores', [
        'store_id', 'store_name', 'currency', 'timezone', 'taxes_included', 'platform', 'is_connected', 'read_until',
        'last_order_date', 'has_unknown_returns'
    ]) }}

),

-- Documents about a connected shop make no second store of it.
known as (

    select *
    from stated
    qualify rank() over (partition by store_id order by is_connected desc nulls last) = 1

),

days as (

    select
        *,
        {{ add_days(as_of_date('timezone'), -1) }} as yesterday,
        coalesce({{ add_days(local_date('read_until', 'timezone'), -1) }}, last_order_date) as last_read_date,
        -- A load reads every store of a platform or none: one that the last load passed over was left out on purpose.
        coalesce(read_until < max(read_until) over (partition by platform), false) as is_left_out
    from known

),

completed as (

    select
        *,
        case
            when is_left_out then yesterday
            else least(coalesce(last_read_date, yesterday), yesterday)
        end as last_complete_date
    from days

)

select
    store_id,
    store_name,
    currency,
    timezone,
    taxes_included,
    platform,
    is_connected,
    read_until is not null as is_read,
    last_order_date,
    has_unknown_returns,
    last_complete_date,
    greatest(
        last_complete_date,
        least(
            coalesce({{ local_date('read_until', 'timezone') }}, last_order_date, yesterday),
            {{ as_of_date('timezone') }}
        )
    ) as last_known_date
from completed
