"""The README's pictures, drawn from what the bot really says about the seeds."""
