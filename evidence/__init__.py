"""What a unit says happened: journal records, receipts and reports, shared by the unit and the registry. Pure."""
