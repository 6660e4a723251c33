"""How alike vectors are: cosines, neighbours, rankings, duplicates. Arrays in, values out."""
