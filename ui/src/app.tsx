/** Which page stands at which address. Pages are loaded when they are first opened. */

import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Redirect, Route, Router, Switch, useLocation } from "wouter-preact";

import { boot } from "./boot";
import { ErrorBoundary } from "./parts/ErrorBoundary";
import { Loading } from "./parts/Loading";
import { NotFound } from "./pages/NotFound";
import { Unloaded } from "./pages/Unloaded";
import { Shell } from "./shell/Shell";

type Params = Record<string, string>;
export interface PageProps {
  params: Params;
}
type Page = ComponentType<PageProps>;

function page(load: () => Promise<{ default: Page }>): Page {
  let loaded: Page | null = null;
  let failed = false;
  return function Loaded(props: PageProps) {
    const [, draw] = useState(0);
    useEffect(() => {
      if (loaded !== null) return;
      load().then(
        (module) => ((loaded = module.default), draw(1)),
        () => ((failed = true), draw(2)),
      );
    }, []);
    if (failed) return <Unloaded />;
    const Body = loaded;
    return Body === null ? <Loading /> : <Body {...props} />;
  };
}

/** Address patterns, the first that fits wins. */
const ROUTES: readonly (readonly [string, Page])[] = [
  ["/dashboard", page(() => import("./pages/dashboard/Dashboard"))],
  ["/runs", page(() => import("./pages/runs/Runs"))],
  ["/runs/flow-run/:id", page(() => import("./pages/flow-run/FlowRun"))],
  ["/runs/task-run/:id", page(() => import("./pages/task-run/TaskRun"))],
  ["/flows", page(() => import("./pages/flows/Flows"))],
  ["/flows/flow/:id", page(() => import("./pages/flows/Flow"))],
  ["/deployments", page(() => import("./pages/deployments/Deployments"))],
  ["/deployments/deployment/:id", page(() => import("./pages/deployments/Deployment"))],
  ["/deployments/deployment/:id/run", page(() => import("./pages/deployments/RunForm"))],
  ["/deployments/deployment/:id/edit", page(() => import("./pages/deployments/Edit"))],
  ["/deployments/deployment/:id/duplicate", page(() => import("./pages/deployments/Edit"))],
  ["/work-pools", page(() => import("./pages/work-pools/WorkPools"))],
  ["/work-pools/create", page(() => import("./pages/work-pools/WorkPoolCreate"))],
  ["/work-pools/work-pool/:name", page(() => import("./pages/work-pools/WorkPool"))],
  ["/work-pools/work-pool/:name/edit", page(() => import("./pages/work-pools/WorkPoolEdit"))],
  ["/work-pools/work-pool/:name/queue/create", page(() => import("./pages/work-pools/QueueForm"))],
  ["/work-pools/work-pool/:name/queue/:queue", page(() => import("./pages/work-pools/WorkQueue"))],
  ["/work-pools/work-pool/:name/queue/:queue/edit", page(() => import("./pages/work-pools/QueueForm"))],
  ["/work-queues/work-queue/:id", page(() => import("./pages/work-pools/QueueById"))],
  ["/variables", page(() => import("./pages/variables/Variables"))],
  ["/concurrency-limits", page(() => import("./pages/concurrency/Limits"))],
  ["/concurrency-limits/concurrency-limit/:id", page(() => import("./pages/concurrency/Limit"))],
  ["/artifacts", page(() => import("./pages/artifacts/Artifacts"))],
  ["/artifacts/key/:key", page(() => import("./pages/artifacts/Key"))],
  ["/artifacts/artifact/:id", page(() => import("./pages/artifacts/Artifact"))],
  ["/compare", page(() => import("./pages/compare/Compare"))],
  ["/schedule", page(() => import("./pages/schedule/Schedule"))],
  ["/blocks", page(() => import("./pages/blocks/Blocks"))],
  ["/blocks/catalog", page(() => import("./pages/blocks/Catalog"))],
  ["/blocks/catalog/:slug", page(() => import("./pages/blocks/Type"))],
  ["/blocks/catalog/:slug/create", page(() => import("./pages/blocks/BlockForm"))],
  ["/blocks/block/:id", page(() => import("./pages/blocks/Block"))],
  ["/blocks/block/:id/edit", page(() => import("./pages/blocks/BlockForm"))],
  ["/events", page(() => import("./pages/events/Events"))],
  ["/events/event/:date/:id", page(() => import("./pages/events/Event"))],
  ["/automations", page(() => import("./pages/automations/Automations"))],
  ["/automations/create", page(() => import("./pages/automations/AutomationForm"))],
  ["/automations/automation/:id", page(() => import("./pages/automations/Automation"))],
  ["/automations/automation/:id/edit", page(() => import("./pages/automations/AutomationForm"))],
  ["/search", page(() => import("./pages/search/Search"))],
  ["/login", page(() => import("./pages/login/Login"))],
  ["/settings", page(() => import("./pages/settings/Settings"))],
];

/** Addresses that only point to others. */
const ALIASES: readonly (readonly [string, (params: Params) => string])[] = [
  ["/", () => "/dashboard"],
  ["/flow-runs/flow-run/:id", ({ id }) => `/runs/flow-run/${id}`],
  ["/flow-runs/task-run/:id", ({ id }) => `/runs/task-run/${id}`],
  ["/flow-runs", () => "/runs"],
  ["/work-pools/work-pool/:name/worker/:id", ({ name }) => `/work-pools/work-pool/${name}?tab=Workers`],
  ["/task-runs", () => "/runs?tab=task-runs"],
];

function Pages() {
  const [address] = useLocation();
  return (
    <ErrorBoundary key={address}>
      <Switch>
        {ROUTES.map(([path, Body]) => (
          <Route key={path} path={path}>
            {(params: Params) => <Body key={address} params={params} />}
          </Route>
        ))}
        {ALIASES.map(([path, to]) => (
          <Route key={path} path={path}>
            {(params: Params) => <Redirect to={to(params)} replace />}
          </Route>
        ))}
        <Route>
          <NotFound what="page" id={address} />
        </Route>
      </Switch>
    </ErrorBoundary>
  );
}

export function App() {
  return (
    <Router base={boot.base}>
      <Shell>
        <Pages />
      </Shell>
    </Router>
  );
}
