"""An officer's folder of plain files becomes a draft: a bundle, its blobs, and emergencies ready to be released."""
