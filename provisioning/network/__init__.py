"""The unit's network through NetworkManager: which Wi-Fi it joins, its own hotspot, and what is wrong, in clear sentences."""
