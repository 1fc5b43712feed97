"""The display: draws the board from the verified shelf, and keeps a picture on it whatever happens."""
