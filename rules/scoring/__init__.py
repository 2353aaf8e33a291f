"""From fired rules to a judgement: scores, weights, acceptability."""
