"""A small tea shop: catalogue, stock, carts, payment and a thin web front."""
