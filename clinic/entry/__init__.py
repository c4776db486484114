"""What people type: fields and dates as they are written, and how what was typed meets what stood there."""
