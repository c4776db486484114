"""What a request brings: who asks and from where, the key by which a deed is done once, the patient whose page it was."""
