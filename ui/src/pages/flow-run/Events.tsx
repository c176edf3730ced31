/** What happened to one thing, the newest first. */

import { Link } from "wouter-preact";

import { usePost } from "../../api/queries";
import { Answer } from "../../parts/Answer";
import { Empty } from "../../parts/Empty";
import { Time } from "../../parts/Time";

interface Event {
  id: string;
  occurred: string;
  event: string;
  resource: Record<string, string>;
}

export function Events({ resource }: { resource: string }) {
  const body = { filter: { any_resource: { id: [resource] } }, limit: 50 };
  const asked = usePost<{ events: Event[]; total: number }>("/events/filter", body);
  return (
    <Answer of={asked}>
      {({ events }) =>
        events.length === 0 ? (
          <Empty title="No events">What happens to this run from now on is listed here.</Empty>
        ) : (
          <section class="panel scroll-x" tabIndex={0} aria-label="Events">
            <table class="table">
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Event</th>
                  <th scope="col">Of</th>
                </tr>
              </thead>
              <tbody>
                {events.map((event) => (
                  <tr key={event.id}>
                    <td>
                      <Time at={event.occurred} />
                    </td>
                    <td>
                      <Link href={`/events/event/${event.occurred.slice(0, 10)}/${event.id}`}>{event.event}</Link>
                    </td>
                    <td class="muted">{event.resource["prefect.resource.name"] ?? event.resource["prefect.resource.id"]}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </section>
        )
      }
    </Answer>
  );
}
