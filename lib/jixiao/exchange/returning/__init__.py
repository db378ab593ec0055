"""What was found in received forms becomes a return sheet for each unit and an overview for the bureau."""
