"""Meta Ads: what it holds, and the Marketing API v26: nodes, edges, insights, asynchronous report runs."""
