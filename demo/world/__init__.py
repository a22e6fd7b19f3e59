"""What happens in a shop, whoever sells it software: demand, orders, money, stock, prices."""
