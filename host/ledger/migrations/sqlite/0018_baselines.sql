-- What became of the deployment of one decision is asked with every look at it, and of every candidate for a baseline.
CREATE INDEX deployment_events_by_decision ON deployment_events (decision, leaf_index);
