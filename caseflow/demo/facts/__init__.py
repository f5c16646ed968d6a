"""
Files of facts as the source systems would deliver them: 24 months, and statements since 2005.

Ordinary households are quiet by construction (ratios to peers are uniform, the same month of two
years differs by growth alone), so that what the indicators find is what was planted.
"""
