"""Where the code of flows comes from: entrypoints, directories, Git repositories, remote storage."""
