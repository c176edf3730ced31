/** A flow as the list shows it. */

import type { Named, Point } from "../../api/types";

export interface FlowRow extends Named {
  created: string;
  tags: string[];
  deployments: number;
  runs: Point[];
  next: { id: string; name: string; at: string | null } | null;
}
