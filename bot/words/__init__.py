"""Say everything in Korean and in English."""
