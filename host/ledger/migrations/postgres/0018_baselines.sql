-- As in sqlite/0018: what became of the deployment of one decision is asked with every look at it.
CREATE INDEX deployment_events_by_decision ON deployment_events (decision, leaf_index);
