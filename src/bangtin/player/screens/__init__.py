"""What a face shows and hears: the local server, the page it serves, and the browser that draws it."""
