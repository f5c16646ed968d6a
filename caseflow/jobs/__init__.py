"""The door for time and machines: worker, dispatcher and sweeper. Jobs are rows; Redis is a bell."""
