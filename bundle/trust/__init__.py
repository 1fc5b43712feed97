"""How one publishes and believes: packs, persons and chains of signatures on top of TUF."""
