"""How a question is answered or an order carried out: context, reads, one module per noun."""
