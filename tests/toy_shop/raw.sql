create schema toy_shop;

create table toy_shop.shops as
select * from (
    values ('corner', 'The corner shop', 'GBP', 'Europe/London', timestamp '2026-03-11 09:00')
) as shops (shop, name, currency, zone, read_at);

create table toy_shop.people as
select * from (
    values
        ('corner', '7', 'ada@example.com', timestamp '2026-01-05 10:00'),
        ('corner', '8', 'bea@example.com', timestamp '2026-02-01 10:00')
) as people (shop, person, mail, joined_at);

create table toy_shop.articles as
select * from (
    values
        ('corner', 'mug', 'MUG', 'Mug', 'Kitchen', 1200, 400, timestamp '2026-01-01 10:00'),
        ('corner', 'plate', 'PLATE', 'Plate', 'Kitchen', 1800, null, timestamp '2026-01-01 10:00')
) as articles (shop, article, label, title, shelf_group, pence, cost_pence, added_at);

create table toy_shop.carts as
select * from (
    values
        ('corner', '1', '7', null, 'web', timestamp '2026-03-08 23:30', 'GB', 300, 60, 4320, false),
        ('corner', '2', null, ' Ada@example.com', 'pos', timestamp '2026-03-09 10:00', null, 0, 0, 1200, false),
        ('corner', '3', '8', null, 'web', timestamp '2026-03-09 11:00', 'GB', 0, 0, 1200, true)
) as carts (shop, cart, person, mail, via, paid_at, country, post_pence, post_vat_pence, total_pence, is_trial);

create table toy_shop.cart_items as
select * from (
    values
        ('corner', '1', 1, 'mug', 'MUG', 2, 1000, 200, 360),
        ('corner', '1', 2, 'plate', 'PLATE', 1, 1500, 0, 300),
        ('corner', '2', 1, null, 'MUG', 1, 1000, 0, 200),
        ('corner', '3', 1, 'mug', 'MUG', 1, 1000, 0, 200)
) as cart_items (shop, cart, item, article, label, pieces, pence, discount_pence, vat_pence);

create table toy_shop.give_backs as
select * from (
    values ('corner', 'g1', '1', 1, 1, 900, 180, timestamp '2026-03-10 14:00')
) as give_backs (shop, give_back, cart, item, pieces, pence, vat_pence, given_at);

create table toy_shop.shelf as
select * from (
    values
        ('corner', 'counter', 'mug', timestamp '2026-03-11 09:00', 20),
        ('corner', 'counter', 'plate', timestamp '2026-03-11 09:00', 5)
) as shelf (shop, place, article, counted_at, pieces);
