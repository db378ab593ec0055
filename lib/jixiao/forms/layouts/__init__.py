"""Layouts of forms as data: the files of params/forms become one dictionary from labels to what they mean."""
