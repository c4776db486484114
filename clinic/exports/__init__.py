"""Files that take longer than a page may: asked for, made in the background, fetched."""
