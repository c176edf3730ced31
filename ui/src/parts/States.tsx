/** The states that a run has been in, with what was said and how long each lasted. */

import type { State } from "../api/types";
import { StateBadge } from "./StateBadge";
import { absolute, duration } from "./time";

export function States({ states }: { states: readonly State[] }) {
  const lasted = (index: number): number | null => {
    const [state, next] = [states[index], states[index + 1]];
    return state && next ? (Date.parse(next.timestamp) - Date.parse(state.timestamp)) / 1000 : null;
  };
  return (
    <section class="panel scroll-x" tabIndex={0} aria-label="States">
      <table class="table">
        <caption class="hidden-text">The states of this run, the oldest first</caption>
        <thead>
          <tr>
            <th scope="col">State</th>
            <th scope="col">When</th>
            <th scope="col">Lasted</th>
            <th scope="col">Message</th>
          </tr>
        </thead>
        <tbody>
          {states.map((state, index) => (
            <tr key={state.id}>
              <td>
                <StateBadge type={state.type} name={state.name} />
              </td>
              <td class="nowrap">{absolute(new Date(state.timestamp))}</td>
              <td class="nowrap">{index === states.length - 1 ? "" : duration(lasted(index))}</td>
              <td style="overflow-wrap: anywhere">{state.message}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
