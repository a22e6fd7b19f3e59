{# A keyed hash of personal text: the same person gives the same hash in every table, nobody without the key can try
   out addresses. Case and outer blanks do not count; null and blank give null. The key is read from the raw database,
   so that it never stands in compiled SQL. Two rounds, as in HMAC, shut out extension of a known hash. #}
{% macro hashed_pii(column) -%}
    {%- set hash_key = "(select privacy_key.hash_key from " ~ source('shophouse', 'privacy_key') ~ " as privacy_key)" -%}
    case
        when nullif(trim({{ column }}), '') is not null
            then {{ sha256_hex(hash_key ~ " || " ~ sha256_hex(hash_key ~ " || lower(trim(" ~ column ~ "))")) }}
    end
{%- endmacro %}
