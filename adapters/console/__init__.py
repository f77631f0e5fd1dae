"""The console as a platform: a prompt that takes what a channel takes."""
