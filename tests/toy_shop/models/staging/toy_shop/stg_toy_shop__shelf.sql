select
    shop as store_id,
    place as location_id,
    article as variant_id,
    counted_at as snapshot_at,
    cast(pieces as int) as quantity
from {{ source('toy_shop', 'shelf') }}
