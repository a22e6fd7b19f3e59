with channel_mapping as (

    select * from {{ ref('channel_mapping') }}

),

channels as (

    select
        channel_id,
        channel_name,
        channel_type
    from channel_mapping
    group by
        channel_id,
        channel_name,
        channel_type

    union all

    select
        'other' as channel_id,
        'Other' as channel_name,
        'other' as channel_type

)

select
    {{ channel_key('channel_id') }} as channel_key,
    channel_id,
    channel_name,
    channel_type
from channels
