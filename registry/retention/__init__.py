"""For how long what units told is kept, and how it is let go of without holding up what they tell now."""
