/** For addresses and ids of which there is nothing. */

import { Link } from "wouter-preact";

export function NotFound({ what, id }: { what: string; id: string }) {
  return (
    <div class="page">
      <div class="panel empty">
        <h1>There is no such {what}</h1>
        <p>
          <code>{id}</code> is not known to this server. It may have been deleted, or belong to another one.
        </p>
        <Link class="button" href="/dashboard">
          To the dashboard
        </Link>
      </div>
    </div>
  );
}
