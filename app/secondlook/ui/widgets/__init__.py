"""The parts that screens are made of. Import them from their own modules."""
