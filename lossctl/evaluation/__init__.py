"""From parts of a dataset to results: blocks, kernels, accumulators that merge to the same bits however the data were split."""
