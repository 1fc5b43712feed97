"""From words to lines and rows: parsing, breaking, measuring, dealing out to pages."""
