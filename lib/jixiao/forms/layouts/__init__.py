"""The layouts of forms: which labels they have and what each label means, as the files of params/forms say."""
