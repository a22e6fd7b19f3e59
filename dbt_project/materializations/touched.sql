{# A model whose rows of a key are made of the rows of that key alone says so in its YAML:

       config: {meta: {keyed_by: {columns: [order_key], inputs: [int_orders, int_order_lines]}}}

   Where nothing else that it is made of has changed than these inputs, only the keys that they touched are taken out and
   made again. A table that its rows look something up in may change too, where it is named with the columns that they
   look it up by: lookups: {int_unit_costs: [store_id, sku]}. Every table that such a model reads notes which
   keys its last build has changed. #}

{% macro keyed_by() -%}
    {{ return((config.get('meta') or {}).get('keyed_by')) }}
{%- endmacro %}

{# Columns by which a keyed model follows a table; none where only a build of the whole would follow it. #}
{% macro columns_followed_by(keyed_by, name) -%}
    {%- if not keyed_by -%}
        {{ return([]) }}
    {%- endif -%}
    {{ return(keyed_by['columns'] if name in keyed_by.inputs else keyed_by.get('lookups', {}).get(name, [])) }}
{%- endmacro %}

{# Columns of the keys that others follow this table by. #}
{% macro followed_columns() -%}
    {%- set columns = [] -%}
    {%- for node in graph.nodes.values() if node.resource_type == 'model' -%}
        {%- set keyed_by = node.config.get('meta', {}).get('keyed_by') -%}
        {%- for column in columns_followed_by(keyed_by, model.name) if column not in columns -%}
            {%- do columns.append(column) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(columns | sort) }}
{%- endmacro %}

{% macro noted(what, relation) -%}
    {{ return(target.database ~ '.state.' ~ what ~ '_' ~ relation.schema ~ '_' ~ relation.identifier) }}
{%- endmacro %}

{% macro is_same_key(one, other, columns) -%}
    {%- for column in columns -%}
        {{ one }}.{{ column }} is not distinct from {{ other }}.{{ column }}{{ ' and ' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}

{# The table of the keys to make again; none where the whole table is to be built: also where a key in five is touched, as
   taking so many rows out costs more than it saves. #}
{% macro touched_keys(made_of, last) -%}
    {%- set keyed_by = keyed_by() -%}
    {%- if not keyed_by or not last or last.code != made_of.code -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set inputs_then = fromjson(last.inputs) -%}
    {%- set changed = [] -%}
    {%- for input, content in made_of.inputs.items() if inputs_then.get(input) != content -%}
        {%- do changed.append(keys_changed(input, inputs_then.get(input), keyed_by)) -%}
    {%- endfor -%}
    {%- if none in changed or inputs_then | length != made_of.inputs | length -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set touched = noted('touched', this) -%}
    {%- do run_query("create or replace table " ~ touched ~ " as " ~ changed | join(' union ')) -%}
    {%- set query -%}
        select (select count(*) from {{ touched }}) * 5 <= (select count(*) from {{ this }})
    {%- endset -%}
    {{ return(touched if run_query(query).rows[0][0] else none) }}
{%- endmacro %}

{% macro name_of(relation) -%}
    {{ return((relation | replace('"', '')).split('.')[2]) }}
{%- endmacro %}

{# A query for the keys of this table that one input has changed since its content was the given one; none where nobody
   has noted them. #}
{% macro keys_changed(input, content, keyed_by) -%}
    {%- set query -%}
        select content_before from {{ builds() }} where relation = '{{ input }}'
    {%- endset -%}
    {%- set rows = run_query(query).rows -%}
    {%- set followed_by = columns_followed_by(keyed_by, name_of(input)) -%}
    {%- if not followed_by or input not in compiled_code or not rows or rows[0][0] is none or rows[0][0] != content -%}
        {{ return(none) }}
    {%- endif -%}
    {%- set parts = (input | replace('"', '')).split('.') -%}
    {%- set changes = noted('changes', api.Relation.create(parts[0], parts[1], parts[2])) -%}
    {%- set columns = keyed_by['columns'] | join(', ') -%}
    {%- if name_of(input) in keyed_by.inputs -%}
        {{ return('select ' ~ columns ~ ' from ' ~ changes) }}
    {%- endif -%}
    {%- set looked_up -%}
        select {{ columns }} from {{ this }} as stored
        where exists (select 1 from {{ changes }} as changes where {{ is_same_key('changes', 'stored', followed_by) }})
    {%- endset -%}
    {{ return(looked_up) }}
{%- endmacro %}

{# What of this table may change, as far as others follow it: a hash of each row, with its keys. #}
{% macro note_rows_before(last, touched) -%}
    {%- set followed = followed_columns() -%}
    {%- if followed and last -%}
        {%- do run_query("create or replace table " ~ noted('before', this) ~ " as " ~ rows_of_keys(followed, touched)) -%}
    {%- endif -%}
{%- endmacro %}

{% macro rows_of_keys(columns, touched) -%}
    select {{ columns | join(', ') }}, hash(stored) as row_hash
    from {{ this }} as stored
    {% if touched -%}
        where exists (select 1 from {{ touched }} as touched where {{ is_same_key('touched', 'stored', keyed_by()['columns']) }})
    {%- endif %}
{%- endmacro %}

{# Notes the keys whose rows are others than before. #}
{% macro note_changes(last, touched) -%}
    {%- set followed = followed_columns() -%}
    {%- if followed and last -%}
        {%- set before = noted('before', this) -%}
        {%- set changes -%}
            create or replace table {{ noted('changes', this) }} as
            with now as ({{ rows_of_keys(followed, touched) }}),
            gone as (select * from {{ before }} except all select * from now),
            come as (select * from now except all select * from {{ before }})
            select distinct {{ followed | join(', ') }} from (select * from gone union all select * from come) as changed
        {%- endset -%}
        {%- do run_query(changes) -%}
        {%- do run_query("drop table " ~ before) -%}
    {%- endif -%}
{%- endmacro %}

{# Takes the rows of the touched keys out and makes them again, of the rows of these keys in the model's keyed inputs. #}
{% macro build_touched(made_of, touched) -%}
    {%- set keyed_by = keyed_by() -%}
    {%- set columns = keyed_by['columns'] -%}
    {%- set parts = {'sql': compiled_code} -%}
    {%- for relation in made_of.inputs if name_of(relation) in keyed_by.inputs -%}
        {%- set of_keys -%}
            (
                select stored.* from {{ relation }} as stored
                where exists (select 1 from {{ touched }} as touched where {{ is_same_key('touched', 'stored', columns) }})
            )
        {%- endset -%}
        {%- do parts.update({'sql': parts.sql | replace(relation, of_keys)}) -%}
    {%- endfor -%}
    {%- call statement('main') -%}
        delete from {{ this }} as stored
        where exists (select 1 from {{ touched }} as touched where {{ is_same_key('touched', 'stored', columns) }});
        insert into {{ this }} by name ({{ parts.sql }});
    {%- endcall -%}
    {%- do adapter.commit() -%}
    {{ return({'relations': [this]}) }}
{%- endmacro %}
