"""Other people's formats, in and out: plain Python, bytes and values handed in."""
