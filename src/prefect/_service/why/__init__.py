"""Why a run is not running."""
