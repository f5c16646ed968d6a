"""
Files of facts as the source systems would deliver them: 24 months, and statements since 2005.

Ordinary households are quiet by construction (ratios to peers are uniform, the same month of two
years differs by growth alone), so that what the indicators find is what was planted. One break is
the law's: from 2009 small taxpayers pay 3 % where they paid 4 %, so that VAT-006, which holds the
growth of VAT against that of value added, hits two in three of them in December 2009; the run
puts it aside for the analysis post, as it should.
"""
