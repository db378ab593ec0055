"""What the districts of a province sent comes in, checked; their figures side by side in groups of one method go out."""
