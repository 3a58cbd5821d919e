"""What counts of what a scan found: time window, ignore rules, baseline, `--fail-on`. Pure."""
