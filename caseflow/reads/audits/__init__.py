"""What an auditor reads beside the chains themselves: conduct, powers, replays, samples."""
