/** How many events there were over time; a click on a bar looks closer. */

import { usePost } from "../../api/queries";

interface Count {
  count: number;
  start_time: string;
  end_time: string;
}

interface Props {
  filter: unknown;
  since: string;
  until: string;
  choose: (since: string, until: string) => void;
}

const BARS = 60;
const UNITS: readonly (readonly [string, number])[] = [
  ["second", 1],
  ["minute", 60],
  ["hour", 3_600],
  ["day", 86_400],
];

export function Counts({ filter, since, until, choose }: Props) {
  const seconds = Math.max(1, (Date.parse(until) - Date.parse(since)) / 1000);
  const step = Math.max(1, seconds / BARS);
  const [unit, size] = [...UNITS].reverse().find(([, each]) => step >= each) ?? ["second", 1];
  const found = usePost<Count[]>(
    "/events/count-by/time",
    { filter, time_unit: unit, time_interval: Math.max(1, Math.ceil(step / size)) },
    { keep: true },
  );
  const counts = found.data ?? [];
  const most = Math.max(1, ...counts.map(({ count }) => count));
  return (
    <section class="panel counts" aria-label="Events over time">
      {counts.map(({ count, start_time, end_time }) => {
        const told = `${count} events from ${new Date(start_time).toLocaleString()}`;
        return (
          <button key={start_time} type="button" title={told} aria-label={told} disabled={count === 0} onClick={() => choose(start_time, end_time)}>
            <span style={`height: ${count === 0 ? 0 : 6 + (94 * count) / most}%`} />
          </button>
        );
      })}
    </section>
  );
}
