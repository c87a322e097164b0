"""A catalogue that was kept elsewhere: read, checked row by row, and handed in through intake."""
