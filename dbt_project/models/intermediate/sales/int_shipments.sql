{{ config(materialized='view') }}

{{ union_of_sources('shipments', [
    'store_id', 'shipment_id', 'shipment_name', 'order_id', 'location_id', 'shipment_status', 'delivery_status',
    'carrier', 'line_count', 'quantity', 'shipped_at', 'in_transit_at', 'estimated_delivery_at', 'delivered_at'
]) }}
