{{ union_of_sources('order_shipping', [
    'store_id', 'order_id', 'shipping_amount', 'shipping_discount_amount', 'shipping_tax_amount'
]) }}
