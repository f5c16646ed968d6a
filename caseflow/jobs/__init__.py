"""The door for time and machines: worker, dispatcher, sweeper. Jobs are rows, Redis is a bell."""
