"""What should be on now, and until when: a pure function of programme, moment and what happened."""
