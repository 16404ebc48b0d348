"""Standard errors and intervals of means, shares and quantiles."""
