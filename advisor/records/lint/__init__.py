"""What a careful reviewer would remark on decision records of any project."""
