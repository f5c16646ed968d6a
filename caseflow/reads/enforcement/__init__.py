"""The enforcement record 执法记录: its register of acts, and the results that its cases came to."""
