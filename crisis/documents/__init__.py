"""Documents for people to read and to print, made from what the product knows."""
