with carts as (

    select * from {{ ref('stg_toy_shop__carts') }}

),

cart_items as (

    select * from {{ ref('stg_toy_shop__cart_items') }}

),

give_backs as (

    select * from {{ ref('stg_toy_shop__give_backs') }}

),

shops as (

    select * from {{ ref('stg_toy_shop__shops') }}

),

sold as (

    select
        cart_items.store_id,
        cart_items.order_line_id as source_entry_id,
        cart_items.order_id,
        cart_items.order_line_id,
        'sale' as entry_type,
        'product' as line_type,
        carts.ordered_at as event_at,
        cart_items.quantity,
        cart_items.quantity * cart_items.unit_price_amount as gross_amount,
        cart_items.discount_amount,
        cart_items.tax_amount
    from cart_items
    inner join carts
        on
            cart_items.store_id = carts.store_id
            and cart_items.order_id = carts.order_id

),

sent as (

    select
        store_id,
        order_id || '-post' as source_entry_id,
        order_id,
        cast(null as {{ dbt.type_string() }}) as order_line_id,
        'sale' as entry_type,
        'shipping' as line_type,
        ordered_at as event_at,
        1 as quantity,
        shipping_amount as gross_amount,
        cast(0 as decimal(18, 4)) as discount_amount,
        shipping_tax_amount as tax_amount
    from carts
    where shipping_amount > 0

),

given_back as (

    select
        store_id,
        give_back_id as source_entry_id,
        order_id,
        order_line_id,
        'return' as entry_type,
        'product' as line_type,
        given_back_at as event_at,
        -quantity as quantity,
        -amount as gross_amount,
        cast(0 as decimal(18, 4)) as discount_amount,
        -tax_amount as tax_amount
    from give_backs

),

entries as (

    select * from sold

    union all

    select * from sent

    union all

    select * from given_back

)

select
    'toy_shop' as source,
    entries.store_id,
    entries.source_entry_id,
    cast(null as {{ dbt.type_string() }}) as sale_id,
    entries.order_id as document_id,
    cast(null as {{ dbt.type_string() }}) as original_order_id,
    entries.order_line_id,
    cast(null as {{ dbt.type_string() }}) as variant_id,
    cast(null as {{ dbt.type_string() }}) as sku,
    entries.entry_type,
    entries.line_type,
    entries.event_at,
    {{ local_date('entries.event_at', 'shops.timezone') }} as event_date,
    cast(entries.quantity as int) as quantity,
    {{ money('entries.gross_amount - entries.discount_amount + entries.tax_amount') }} as source_amount,
    {{ money('entries.gross_amount') }} as gross_amount,
    {{ money('entries.discount_amount') }} as discount_amount,
    {{ money('entries.gross_amount - entries.discount_amount') }} as amount,
    {{ money('entries.tax_amount') }} as tax_amount,
    shops.currency,
    false as is_exact_duplicate
from entries
inner join shops
    on entries.store_id = shops.store_id
