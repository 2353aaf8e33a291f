"""What a team's own knowledge begins with: YAML files with comments that say what to do."""
