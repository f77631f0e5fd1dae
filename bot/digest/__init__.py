"""Choose, schedule and deliver each channel's daily digest."""
