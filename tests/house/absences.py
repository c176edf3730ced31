"""What of the public names is not there, and why.

A module or name that comes into being must be taken out of here; `test_public_names` says so.
"""

from __future__ import annotations

ROOM = (
    "Inside the original's engine room: no page of its documents names it, no published package imports it."
)
SETTINGS = "Validators and defaults of the original's settings models; ours stand in one table."
SERVERS = "Servers and recorders for the original's own tests; `prefect_test_harness` needs none."
QUEUES = "Background queues of the original; here the caller waits, and is woken."
TRACING = "Tracing needs OpenTelemetry, on which this package does not depend."
CLOUD = "Push work pools are run by the original's cloud alone; a server of one's own has none to provision."
AGENT = "There are no agents any more; every name raises an error that says so."
OPTIONS = "The options of a deployment are given by keyword."
INPUTS = "The link that is used is the one that the settings name, or the client that is given by keyword."

# module -> the reason, and the names; "*" is the whole module
ABSENT: dict[str, tuple[str, str]] = {
    "prefect.agent": (AGENT, "getattr_migration"),
    "prefect.assets.core": (ROOM, "PrefectBaseModel"),
    "prefect.blocks.core": (ROOM, "P UnionTypes schema_extra"),
    "prefect.concurrency.asyncio": (ROOM, "emit_concurrency_acquisition_events"),
    "prefect.concurrency.services": (QUEUES, "*"),
    "prefect.concurrency.v1.asyncio": (
        ROOM,
        "emit_concurrency_acquisition_events emit_concurrency_release_events",
    ),
    "prefect.concurrency.v1.services": (QUEUES, "*"),
    "prefect.context": (ROOM, "FlowRunSuspensionRequest"),
    "prefect.deployments.flow_runs": (ROOM, "dynamic_key_for_task_run"),
    "prefect.deployments.steps.core": (ROOM, "Call PrefectDeprecationWarning from_async"),
    "prefect.events.worker": (QUEUES, "QueueService"),
    "prefect.infrastructure.provisioners": (ROOM, "LazyDict"),
    "prefect.infrastructure.provisioners.cloud_run": (CLOUD, "*"),
    "prefect.infrastructure.provisioners.coiled": (CLOUD, "*"),
    "prefect.infrastructure.provisioners.container_instance": (CLOUD, "*"),
    "prefect.infrastructure.provisioners.ecs": (CLOUD, "*"),
    "prefect.infrastructure.provisioners.modal": (CLOUD, "*"),
    "prefect.engine": (ROOM, "configure_from_env engine_outcome_is_handled handle_engine_signals"),
    "prefect.flow_engine": (
        ROOM,
        (
            "AsyncFlowRunEngine BaseFlowRunEngine EngineOutcomeReceipt FlowRunEngine "
            "MINIMUM_HEARTBEAT_INTERVAL P RunMetrics amaintain_concurrency_lease "
            "deprecated_callable maintain_concurrency_lease observe_flow_run_suspension "
            "raise_if_flow_run_suspension_requested register_flow_run_suspension_request "
            "report_engine_outcome run_flow_in_subprocess send_heartbeats_async "
            "send_heartbeats_sync"
        ),
    ),
    "prefect.flow_runs": (ROOM, "mark_flow_run_suspension_requested"),
    "prefect.flows": (
        ROOM,
        ("FlowStateHook ValidatedFunction VersionType is_in_async_context is_v2_type normalize_launcher"),
    ),
    "prefect.futures": (ROOM, "CancelledError FlowRunWaiter"),
    "prefect.input.actions": (ROOM, "is_v2_model"),
    "prefect.input.run_input": (ROOM, "create_v2_schema"),
    "prefect.logging.configuration": (ROOM, "DEFAULT_LOGGING_SETTINGS_PATH"),
    "prefect.logging.handlers": (
        QUEUES,
        "APILogWorker BatchedQueueService from_timestamp get_running_loop in_global_loop",
    ),
    "prefect.results": (ROOM, "P"),
    "prefect.runner.storage": (ROOM, "FileLock"),
    "prefect.runtime.deployment": (ROOM, "CACHED_DEPLOYMENT type_cast"),
    "prefect.runtime.flow_run": (ROOM, "type_cast"),
    "prefect.runtime.task_run": (ROOM, "type_cast"),
    "prefect.settings.models.cloud": (SETTINGS, "default_cloud_ui_url"),
    "prefect.settings.models.logging": (
        SETTINGS,
        "default_logging_config_path max_log_size_smaller_than_batch_size",
    ),
    "prefect.settings.models.results": (SETTINGS, "default_local_storage_path"),
    "prefect.settings.models.root": (
        SETTINGS,
        ("default_database_connection_url default_profiles_path default_ui_url substitute_home_template"),
    ),
    "prefect.settings.models.server.database": (SETTINGS, "warn_on_database_password_value_without_usage"),
    "prefect.settings.models.server.root": (SETTINGS, "default_memo_store_path"),
    "prefect.settings.sources": (
        SETTINGS,
        (
            "DEFAULT_PREFECT_TOML_PATH EnvFilterSettingsSource FilteredDotEnvSettingsSource "
            "TomlConfigSettingsSourceBase"
        ),
    ),
    "prefect.task_engine": (ROOM, "AsyncTaskRunEngine BACKOFF_MAX BaseTaskRunEngine P SyncTaskRunEngine"),
    "prefect.task_runners": (ROOM, "P"),
    "prefect.task_runs": (ROOM, "get_global_loop"),
    "prefect.task_worker": (ROOM, "P"),
    "prefect.tasks": (ROOM, "TaskRunNameCallbackWithParameters"),
    "prefect.telemetry": (TRACING, "*"),
    "prefect.telemetry.run_telemetry": (TRACING, "*"),
    "prefect.testing.fixtures": (
        SERVERS,
        (
            "EventsPipeline Puppeteer Recorder asserting_and_emitting_events_worker "
            "asserting_events_worker disable_hosted_api_server emitting_events_pipeline "
            "enable_ephemeral_server events_api_url events_cloud_api_url events_pipeline "
            "events_server hosted_api_server mock_should_emit_events puppeteer recorder "
            "reset_worker_events use_hosted_api_server"
        ),
    ),
    "prefect.testing.standard_test_suites.worker_cleanup_queue": (SERVERS, "*"),
    "prefect.utilities.asyncutils": (
        ROOM,
        ("EVENT_LOOP_GC_REFS PosArgsT add_event_loop_shutdown_callback cast_to_call get_run_sync_loop"),
    ),
    "prefect.utilities.callables": (
        ROOM,
        "create_v1_schema has_v1_type_as_param process_v1_params process_v2_params",
    ),
    "prefect.utilities.engine": (
        ROOM,
        (
            "API_HEALTHCHECKS can_ack_control_intent capture_sigterm "
            "commit_control_intent_and_ack emit_task_run_state_change_event "
            "is_prefect_sigterm_handler_installed"
        ),
    ),
    "prefect.utilities.pydantic": (ROOM, "add_type_dispatch"),
    "prefect.utilities.visualization": (ROOM, "TaskVizTrackerState"),
    "prefect.workers.base": (
        ROOM,
        (
            "WorkPoolWorkerChannel WorkerChannel WorkerCleanupExecutor WorkerCleanupHandler "
            "WorkerCleanupHandlerRegistry build_cleanup_handler_registry get_infrastructure_exit_info "
            "maintenance_backoff_ends_at"
        ),
    ),
    "prefect.workers.process": (ROOM, "EngineCommandStarter FlowRunExecutionResult ProcessHandle"),
}

# functions and methods that are called in another way, or not there, each with the reason
OTHERWISE: dict[str, str] = {
    "prefect.input.actions": INPUTS,
    "prefect.serializers": "Helpers of JSON that make instances of any class; ours make what was encoded.",
    "prefect.types.convert_none_to_empty_dict": "Positional.",
    "prefect.utilities.callables.expand_mapping_parameters": "Positional.",
    "prefect.utilities.slugify.slugify": "Of the options of another package, those that are used.",
    "prefect.blocks.core.Block.validate_block_type_slug": ROOM,
    "prefect.context.EngineContext.serialize": "Contexts of runs are packed by `serialize_context` alone.",
    "prefect.context.RunContext.serialize": "Contexts of runs are packed by `serialize_context` alone.",
    "prefect.context.TaskRunContext.serialize": "Contexts of runs are packed by `serialize_context` alone.",
    "prefect.context.SettingsContext.serialize": "Contexts of runs are packed by `serialize_context` alone.",
    "prefect.deployments.runner.RunnerDeployment": OPTIONS,
    "prefect.runner.runner.Runner.add_flow": OPTIONS,
    "prefect.futures.PrefectFuture.task_run_id": "Of those futures that have a task run.",
    "prefect.settings": SETTINGS,
    "prefect.task_runners.ProcessPoolTaskRunner.set_subprocess_message_processor_factories": ROOM,
    "prefect.task_runners.ProcessPoolTaskRunner.subprocess_message_processor_factories": ROOM,
    "prefect.tasks.Task.create_local_run": ROOM,
    "prefect.tasks.Task.create_run": ROOM,
    "prefect.utilities.asyncutils.GatherTaskGroup.create_task": ROOM,
}
