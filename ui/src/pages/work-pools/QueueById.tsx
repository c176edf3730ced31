/** Leads from the id of a work queue to its page. */

import { Redirect } from "wouter-preact";

import type { PageProps } from "../../app";
import { useGet } from "../../api/queries";
import { Loading } from "../../parts/Loading";
import { NotFound } from "../NotFound";
import { queuePath, type Queue } from "./types";

export default function QueueById({ params }: PageProps) {
  const found = useGet<Queue>(`/work_queues/${params["id"]}`);
  if (found.error) return <NotFound what="work queue" id={params["id"] ?? ""} />;
  if (!found.data) return <Loading />;
  return <Redirect to={queuePath(found.data.work_pool_name ?? "", found.data.name)} replace />;
}
