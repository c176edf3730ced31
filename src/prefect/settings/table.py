"""The table of settings: every setting once, with its type, default, limits and older spelling.

A row is ``(path, kind, default[, limits[, alias]])``.

- `path` is the dotted name; ``PREFECT_`` + the path in capitals is its environment variable, ``PREFECT_`` +
  `alias` an older environment variable that is still read.
- `kind` names the coercion (`coerce.py`); a trailing ``?`` says that None is a value. Durations are in
  seconds.
- `limits` are bounds (``>=0``, several separated by a blank), for a `choice` the allowed words.
- A default of None may stand for a default that is computed from other settings (`computed.py`).
"""

from __future__ import annotations

from typing import Any

LEVELS = "DEBUG INFO WARNING ERROR CRITICAL"

ROWS: tuple[tuple[Any, ...], ...] = (
    # without a group
    ("home", "path", "~/.prefect"),
    ("profiles_path", "path", None),
    ("debug_mode", "bool", False),
    ("ui_url", "str?", None),
    ("silence_api_url_misconfiguration", "bool", False),
    # api
    ("api.url", "str?", None),
    ("api.auth_string", "secret?", None),
    ("api.key", "secret?", None),
    ("api.tls_insecure_skip_verify", "bool", False),
    ("api.ssl_cert_file", "str?", None),
    ("api.enable_http2", "bool", False),
    ("api.request_timeout", "float", 60.0),
    # cli
    ("cli.colors", "bool", True),
    ("cli.prompt", "bool?", None),
    ("cli.wrap_lines", "bool", True),
    # client
    ("client.max_retries", "int", 5, ">=0"),
    ("client.retry_jitter_factor", "float", 0.2, ">=0"),
    ("client.retry_extra_codes", "codes", ()),
    ("client.csrf_support_enabled", "bool", True),
    ("client.custom_headers", "texts", {}),
    ("client.server_version_check_enabled", "bool", True),
    # client.metrics
    ("client.metrics.enabled", "bool", False, None, "CLIENT_ENABLE_METRICS"),
    ("client.metrics.port", "int", 4201),
    # cloud
    ("cloud.api_url", "str", "https://api.prefect.cloud/api"),
    ("cloud.enable_orchestration_telemetry", "bool", True),
    ("cloud.max_log_size", "int", 25000),
    ("cloud.ui_url", "str?", None),
    # deployments
    ("deployments.default_work_pool_name", "str?", None, None, "DEFAULT_WORK_POOL_NAME"),
    ("deployments.default_docker_build_namespace", "str?", None, None, "DEFAULT_DOCKER_BUILD_NAMESPACE"),
    # events
    ("events.worker_max_queue_size", "int", 0, ">=0"),
    # experiments
    ("experiments.warn", "bool", True, None, "EXPERIMENTAL_WARN"),
    # flows
    ("flows.heartbeat_frequency", "int?", 180, ">=30", "RUNNER_HEARTBEAT_FREQUENCY"),
    ("flows.default_retries", "int", 0, ">=0", "FLOW_DEFAULT_RETRIES"),
    ("flows.default_retry_delay_seconds", "delays", 0, None, "FLOW_DEFAULT_RETRY_DELAY_SECONDS"),
    # internal
    ("internal.logging_level", "choice", "ERROR", LEVELS, "LOGGING_INTERNAL_LEVEL"),
    # logging
    ("logging.level", "choice", "INFO", LEVELS),
    ("logging.config_path", "path", None, None, "LOGGING_SETTINGS_PATH"),
    ("logging.extra_loggers", "list", ()),
    ("logging.log_prints", "bool", False),
    ("logging.colors", "bool", True),
    ("logging.markup", "bool", False),
    # logging.to_api
    ("logging.to_api.enabled", "bool", True),
    ("logging.to_api.batch_interval", "float", 2.0),
    ("logging.to_api.batch_size", "int", 4000000),
    ("logging.to_api.max_log_size", "int", 1000000),
    ("logging.to_api.when_missing_flow", "choice", "warn", "warn error ignore"),
    # plugins
    ("plugins.enabled", "bool", False, None, "EXPERIMENTS_PLUGINS_ENABLED"),
    ("plugins.allow", "names", (), None, "EXPERIMENTS_PLUGINS_ALLOW"),
    ("plugins.deny", "names", (), None, "EXPERIMENTS_PLUGINS_DENY"),
    ("plugins.setup_timeout_seconds", "float", 20.0, None, "EXPERIMENTS_PLUGINS_SETUP_TIMEOUT_SECONDS"),
    ("plugins.strict", "bool", False, None, "EXPERIMENTS_PLUGINS_STRICT"),
    ("plugins.safe_mode", "bool", False, None, "EXPERIMENTS_PLUGINS_SAFE_MODE"),
    # results
    ("results.default_serializer", "str", "pickle"),
    ("results.persist_by_default", "bool", False),
    ("results.default_storage_block", "str?", None, None, "DEFAULT_RESULT_STORAGE_BLOCK"),
    ("results.local_storage_path", "path", None, None, "LOCAL_STORAGE_PATH"),
    # runner
    ("runner.process_limit", "int", 5),
    ("runner.poll_frequency", "int", 10),
    ("runner.crash_on_cancellation_failure", "bool", False),
    ("runner.auto_install_dependencies", "bool", False),
    # runner.server
    ("runner.server.enable", "bool", False),
    ("runner.server.host", "str", "localhost"),
    ("runner.server.port", "int", 8080),
    ("runner.server.log_level", "choice", "ERROR", LEVELS),
    ("runner.server.missed_polls_tolerance", "int", 2),
    # server
    ("server.logging_level", "choice", "WARNING", LEVELS, "LOGGING_SERVER_LEVEL"),
    ("server.analytics_enabled", "bool", True),
    ("server.metrics_enabled", "bool", False, None, "API_ENABLE_METRICS"),
    ("server.log_retryable_errors", "bool", False, None, "API_LOG_RETRYABLE_ERRORS"),
    ("server.register_blocks_on_start", "bool", True, None, "API_BLOCKS_REGISTER_ON_START"),
    ("server.memoize_block_auto_registration", "bool", True, None, "MEMOIZE_BLOCK_AUTO_REGISTRATION"),
    ("server.memo_store_path", "path", None, None, "MEMO_STORE_PATH"),
    (
        "server.deployment_schedule_max_scheduled_runs",
        "int",
        50,
        None,
        "DEPLOYMENT_SCHEDULE_MAX_SCHEDULED_RUNS",
    ),
    # server.api
    ("server.api.auth_string", "secret?", None),
    ("server.api.host", "str", "127.0.0.1"),
    ("server.api.port", "int", 4200),
    ("server.api.base_path", "str?", None),
    ("server.api.default_limit", "int", 200, None, "API_DEFAULT_LIMIT"),
    ("server.api.keepalive_timeout", "int", 5),
    ("server.api.csrf_protection_enabled", "bool", False, None, "SERVER_CSRF_PROTECTION_ENABLED"),
    ("server.api.csrf_token_expiration", "duration", 3600, None, "SERVER_CSRF_TOKEN_EXPIRATION"),
    ("server.api.cors_allowed_origins", "str", "*", None, "SERVER_CORS_ALLOWED_ORIGINS"),
    ("server.api.cors_allowed_methods", "str", "*", None, "SERVER_CORS_ALLOWED_METHODS"),
    ("server.api.cors_allowed_headers", "str", "*", None, "SERVER_CORS_ALLOWED_HEADERS"),
    ("server.api.websocket_ping_interval", "float", 20.0),
    ("server.api.websocket_ping_timeout", "float", 20.0),
    ("server.api.max_parameter_size", "int", 524288, ">=0"),
    # server.concurrency
    ("server.concurrency.lease_storage", "str", "prefect.server.concurrency.lease_storage.memory"),
    ("server.concurrency.initial_deployment_lease_duration", "float", 300.0, ">=30 <=3600"),
    ("server.concurrency.maximum_concurrency_slot_wait_seconds", "float", 30.0, ">=0"),
    # server.database.sqlalchemy.connect_args
    ("server.database.sqlalchemy.connect_args.application_name", "str?", None),
    ("server.database.sqlalchemy.connect_args.search_path", "str?", None),
    ("server.database.sqlalchemy.connect_args.statement_cache_size", "int?", None),
    ("server.database.sqlalchemy.connect_args.prepared_statement_cache_size", "int?", None),
    # server.database.sqlalchemy.connect_args.tls
    ("server.database.sqlalchemy.connect_args.tls.enabled", "bool", False),
    ("server.database.sqlalchemy.connect_args.tls.ca_file", "str?", None),
    ("server.database.sqlalchemy.connect_args.tls.cert_file", "str?", None),
    ("server.database.sqlalchemy.connect_args.tls.key_file", "str?", None),
    ("server.database.sqlalchemy.connect_args.tls.check_hostname", "bool", True),
    # server.database.sqlalchemy
    ("server.database.sqlalchemy.pool_size", "int", 5, None, "SQLALCHEMY_POOL_SIZE"),
    ("server.database.sqlalchemy.pool_recycle", "int", 3600),
    ("server.database.sqlalchemy.pool_timeout", "float?", 30.0),
    ("server.database.sqlalchemy.max_overflow", "int", 10, None, "SQLALCHEMY_MAX_OVERFLOW"),
    # server.database
    ("server.database.connection_url", "secret?", None, None, "API_DATABASE_CONNECTION_URL"),
    ("server.database.driver", "choice?", None, "postgresql+asyncpg sqlite+aiosqlite", "API_DATABASE_DRIVER"),
    ("server.database.host", "str?", None, None, "API_DATABASE_HOST"),
    ("server.database.port", "int?", None, None, "API_DATABASE_PORT"),
    ("server.database.user", "str?", None, None, "API_DATABASE_USER"),
    ("server.database.name", "str?", None, None, "API_DATABASE_NAME"),
    ("server.database.password", "secret?", None, None, "API_DATABASE_PASSWORD"),
    ("server.database.echo", "bool", False, None, "API_DATABASE_ECHO"),
    ("server.database.migrate_on_start", "bool", True, None, "API_DATABASE_MIGRATE_ON_START"),
    ("server.database.timeout", "float?", 10.0, None, "API_DATABASE_TIMEOUT"),
    ("server.database.connection_timeout", "float?", 5.0, None, "API_DATABASE_CONNECTION_TIMEOUT"),
    ("server.database.migration_timeout", "float?", None, ">0"),
    # server.deployments
    (
        "server.deployments.concurrency_slot_wait_seconds",
        "float",
        30.0,
        ">=0",
        "DEPLOYMENT_CONCURRENCY_SLOT_WAIT_SECONDS",
    ),
    # server.docket
    ("server.docket.name", "str", "prefect-server"),
    ("server.docket.url", "str", "memory://"),
    # server.ephemeral
    ("server.ephemeral.enabled", "bool", False, None, "SERVER_ALLOW_EPHEMERAL_MODE"),
    ("server.ephemeral.startup_timeout_seconds", "int", 20),
    # server.events
    ("server.events.stream_out_enabled", "bool", True, None, "API_EVENTS_STREAM_OUT_ENABLED"),
    (
        "server.events.related_resource_cache_ttl",
        "duration",
        300,
        None,
        "API_EVENTS_RELATED_RESOURCE_CACHE_TTL",
    ),
    ("server.events.maximum_labels_per_resource", "int", 500, None, "EVENTS_MAXIMUM_LABELS_PER_RESOURCE"),
    ("server.events.maximum_related_resources", "int", 100, None, "EVENTS_MAXIMUM_RELATED_RESOURCES"),
    ("server.events.maximum_size_bytes", "int", 1500000, None, "EVENTS_MAXIMUM_SIZE_BYTES"),
    ("server.events.expired_bucket_buffer", "duration", 60, None, "EVENTS_EXPIRED_BUCKET_BUFFER"),
    ("server.events.proactive_granularity", "duration", 5, None, "EVENTS_PROACTIVE_GRANULARITY"),
    ("server.events.retention_period", "duration", 604800, None, "EVENTS_RETENTION_PERIOD"),
    ("server.events.maximum_websocket_backfill", "duration", 900, None, "EVENTS_MAXIMUM_WEBSOCKET_BACKFILL"),
    ("server.events.websocket_backfill_page_size", "int", 250, ">0", "EVENTS_WEBSOCKET_BACKFILL_PAGE_SIZE"),
    (
        "server.events.messaging_broker",
        "str",
        "prefect.server.utilities.messaging.memory",
        None,
        "MESSAGING_BROKER",
    ),
    (
        "server.events.messaging_cache",
        "str",
        "prefect.server.utilities.messaging.memory",
        None,
        "MESSAGING_CACHE",
    ),
    ("server.events.causal_ordering", "str", "prefect.server.events.ordering.memory"),
    ("server.events.maximum_event_name_length", "int", 1024, ">0"),
    # server.flow_run_graph
    ("server.flow_run_graph.max_nodes", "int", 10000, None, "API_MAX_FLOW_RUN_GRAPH_NODES"),
    ("server.flow_run_graph.max_artifacts", "int", 10000, None, "API_MAX_FLOW_RUN_GRAPH_ARTIFACTS"),
    # server.logs
    ("server.logs.stream_out_enabled", "bool", False),
    ("server.logs.stream_publishing_enabled", "bool", False),
    # server.services.cancellation_cleanup
    (
        "server.services.cancellation_cleanup.enabled",
        "bool",
        True,
        None,
        "API_SERVICES_CANCELLATION_CLEANUP_ENABLED",
    ),
    (
        "server.services.cancellation_cleanup.loop_seconds",
        "float",
        20.0,
        None,
        "API_SERVICES_CANCELLATION_CLEANUP_LOOP_SECONDS",
    ),
    ("server.services.cancellation_cleanup.cancelling_timeout_seconds", "float", 300.0, ">0"),
    # server.services.db_vacuum
    ("server.services.db_vacuum.enabled", "names or bool", ("events",)),
    ("server.services.db_vacuum.loop_seconds", "float", 3600.0, ">0"),
    ("server.services.db_vacuum.orphan_cleanup_loop_seconds", "float", 86400.0, ">0"),
    ("server.services.db_vacuum.retention_period", "duration", 7776000, ">3600"),
    ("server.services.db_vacuum.batch_size", "int", 200, ">0"),
    (
        "server.services.db_vacuum.event_retention_overrides",
        "durations",
        {"prefect.flow-run.heartbeat": 604800},
    ),
    # server.services.event_persister
    ("server.services.event_persister.enabled", "bool", True, None, "API_SERVICES_EVENT_PERSISTER_ENABLED"),
    (
        "server.services.event_persister.batch_size",
        "int",
        20,
        ">0",
        "API_SERVICES_EVENT_PERSISTER_BATCH_SIZE",
    ),
    (
        "server.services.event_persister.read_batch_size",
        "int",
        1,
        ">0",
        "API_SERVICES_EVENT_PERSISTER_READ_BATCH_SIZE",
    ),
    (
        "server.services.event_persister.flush_interval",
        "float",
        5.0,
        ">0",
        "API_SERVICES_EVENT_PERSISTER_FLUSH_INTERVAL",
    ),
    ("server.services.event_persister.queue_max_size", "int", 50000, ">0"),
    ("server.services.event_persister.max_flush_retries", "int", 5, ">0"),
    # server.services.event_logger
    ("server.services.event_logger.enabled", "bool", False, None, "API_SERVICES_EVENT_LOGGER_ENABLED"),
    # server.services.foreman
    ("server.services.foreman.enabled", "bool", True, None, "API_SERVICES_FOREMAN_ENABLED"),
    ("server.services.foreman.loop_seconds", "float", 15.0, None, "API_SERVICES_FOREMAN_LOOP_SECONDS"),
    (
        "server.services.foreman.inactivity_heartbeat_multiple",
        "int",
        3,
        None,
        "API_SERVICES_FOREMAN_INACTIVITY_HEARTBEAT_MULTIPLE",
    ),
    (
        "server.services.foreman.fallback_heartbeat_interval_seconds",
        "int",
        30,
        None,
        "API_SERVICES_FOREMAN_FALLBACK_HEARTBEAT_INTERVAL_SECONDS",
    ),
    (
        "server.services.foreman.deployment_last_polled_timeout_seconds",
        "int",
        60,
        None,
        "API_SERVICES_FOREMAN_DEPLOYMENT_LAST_POLLED_TIMEOUT_SECONDS",
    ),
    (
        "server.services.foreman.work_queue_last_polled_timeout_seconds",
        "int",
        60,
        None,
        "API_SERVICES_FOREMAN_WORK_QUEUE_LAST_POLLED_TIMEOUT_SECONDS",
    ),
    # server.services.late_runs
    ("server.services.late_runs.enabled", "bool", True, None, "API_SERVICES_LATE_RUNS_ENABLED"),
    ("server.services.late_runs.loop_seconds", "float", 5.0, None, "API_SERVICES_LATE_RUNS_LOOP_SECONDS"),
    ("server.services.late_runs.after_seconds", "duration", 15, None, "API_SERVICES_LATE_RUNS_AFTER_SECONDS"),
    # server.services.scheduler
    ("server.services.scheduler.enabled", "bool", True, None, "API_SERVICES_SCHEDULER_ENABLED"),
    ("server.services.scheduler.loop_seconds", "float", 60.0, None, "API_SERVICES_SCHEDULER_LOOP_SECONDS"),
    (
        "server.services.scheduler.deployment_batch_size",
        "int",
        100,
        None,
        "API_SERVICES_SCHEDULER_DEPLOYMENT_BATCH_SIZE",
    ),
    ("server.services.scheduler.max_runs", "int", 100, None, "API_SERVICES_SCHEDULER_MAX_RUNS"),
    ("server.services.scheduler.min_runs", "int", 3, None, "API_SERVICES_SCHEDULER_MIN_RUNS"),
    (
        "server.services.scheduler.max_scheduled_time",
        "duration",
        8640000,
        None,
        "API_SERVICES_SCHEDULER_MAX_SCHEDULED_TIME",
    ),
    (
        "server.services.scheduler.min_scheduled_time",
        "duration",
        3600,
        None,
        "API_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME",
    ),
    (
        "server.services.scheduler.insert_batch_size",
        "int",
        500,
        None,
        "API_SERVICES_SCHEDULER_INSERT_BATCH_SIZE",
    ),
    ("server.services.scheduler.recent_deployments_loop_seconds", "float", 5.0),
    # server.services.pause_expirations
    (
        "server.services.pause_expirations.enabled",
        "bool",
        True,
        None,
        "API_SERVICES_PAUSE_EXPIRATIONS_ENABLED",
    ),
    (
        "server.services.pause_expirations.loop_seconds",
        "float",
        5.0,
        None,
        "API_SERVICES_PAUSE_EXPIRATIONS_LOOP_SECONDS",
    ),
    # server.services.repossessor
    ("server.services.repossessor.enabled", "bool", True),
    ("server.services.repossessor.loop_seconds", "float", 15.0),
    # server.services.cleanup_reconciler
    ("server.services.cleanup_reconciler.enabled", "bool", True),
    ("server.services.cleanup_reconciler.loop_seconds", "float", 5.0, ">0"),
    ("server.services.cleanup_reconciler.batch_size", "int", 100, ">0"),
    # server.services.task_run_recorder
    (
        "server.services.task_run_recorder.enabled",
        "bool",
        True,
        None,
        "API_SERVICES_TASK_RUN_RECORDER_ENABLED",
    ),
    ("server.services.task_run_recorder.read_batch_size", "int", 1, ">0"),
    ("server.services.task_run_recorder.batch_size", "int", 1, ">0"),
    ("server.services.task_run_recorder.flush_interval", "float", 5.0, ">0"),
    # server.services.triggers
    ("server.services.triggers.enabled", "bool", True, None, "API_SERVICES_TRIGGERS_ENABLED"),
    ("server.services.triggers.read_batch_size", "int", 1, ">0"),
    ("server.services.triggers.pg_notify_reconnect_interval_seconds", "int", 10),
    ("server.services.triggers.pg_notify_heartbeat_interval_seconds", "int", 5),
    # server.tasks
    (
        "server.tasks.tag_concurrency_slot_wait_seconds",
        "float",
        10.0,
        ">=0",
        "TASK_RUN_TAG_CONCURRENCY_SLOT_WAIT_SECONDS",
    ),
    ("server.tasks.max_cache_key_length", "int", 2000, None, "API_TASK_CACHE_KEY_MAX_LENGTH"),
    # server.tasks.scheduling
    (
        "server.tasks.scheduling.max_scheduled_queue_size",
        "int",
        1000,
        None,
        "TASK_SCHEDULING_MAX_SCHEDULED_QUEUE_SIZE",
    ),
    (
        "server.tasks.scheduling.max_retry_queue_size",
        "int",
        100,
        None,
        "TASK_SCHEDULING_MAX_RETRY_QUEUE_SIZE",
    ),
    (
        "server.tasks.scheduling.pending_task_timeout",
        "duration",
        0,
        None,
        "TASK_SCHEDULING_PENDING_TASK_TIMEOUT",
    ),
    # server.ui
    ("server.ui.enabled", "bool", True, None, "UI_ENABLED"),
    ("server.ui.v2_enabled", "bool", True),
    ("server.ui.api_url", "str?", None, None, "UI_API_URL"),
    ("server.ui.serve_base", "str", "/", None, "UI_SERVE_BASE"),
    ("server.ui.static_directory", "str?", None, None, "UI_STATIC_DIRECTORY"),
    ("server.ui.show_promotional_content", "bool", True),
    # server.worker_channel
    (
        "server.worker_channel.cleanup_queue_storage",
        "str",
        "prefect.server.worker_communication.cleanup_queue.memory",
    ),
    ("server.worker_channel.cleanup_lease_seconds", "float", 30.0, ">0"),
    ("server.worker_channel.cleanup_max_delivery_attempts", "int", 3, ">=1"),
    ("server.worker_channel.cleanup_completed_idempotency_retention_seconds", "float?", None, ">=0"),
    # tasks
    ("tasks.refresh_cache", "bool", False),
    ("tasks.default_no_cache", "bool", False),
    ("tasks.disable_caching", "bool", False),
    ("tasks.default_retries", "int", 0, ">=0", "TASK_DEFAULT_RETRIES"),
    ("tasks.default_retry_delay_seconds", "delays?", 0, None, "TASK_DEFAULT_RETRY_DELAY_SECONDS"),
    ("tasks.default_persist_result", "bool?", None),
    # tasks.runner
    ("tasks.runner.thread_pool_max_workers", "int?", None, ">0", "TASK_RUNNER_THREAD_POOL_MAX_WORKERS"),
    ("tasks.runner.process_pool_max_workers", "int?", None, ">0"),
    # tasks.scheduling
    ("tasks.scheduling.default_storage_block", "str?", None, None, "TASK_SCHEDULING_DEFAULT_STORAGE_BLOCK"),
    (
        "tasks.scheduling.delete_failed_submissions",
        "bool",
        True,
        None,
        "TASK_SCHEDULING_DELETE_FAILED_SUBMISSIONS",
    ),
    # telemetry
    ("telemetry.enable_resource_metrics", "bool", True),
    ("telemetry.resource_metrics_interval_seconds", "int", 10, ">=1"),
    # testing
    ("testing.test_mode", "bool", False, None, "TEST_MODE"),
    ("testing.unit_test_mode", "bool", False, None, "UNIT_TEST_MODE"),
    ("testing.unit_test_loop_debug", "bool", True, None, "UNIT_TEST_LOOP_DEBUG"),
    ("testing.test_setting", "any", "FOO", None, "TEST_SETTING"),
    # worker
    ("worker.debug_mode", "bool", False),
    ("worker.heartbeat_seconds", "float", 30.0),
    ("worker.query_seconds", "float", 10.0),
    ("worker.prefetch_seconds", "float", 10.0),
    ("worker.enable_cancellation", "bool", False),
    ("worker.cancellation_poll_seconds", "float", 120.0),
    # worker.webserver
    ("worker.webserver.host", "str", "0.0.0.0"),
    ("worker.webserver.port", "int", 8080),
)
