/** Concurrency limits: global ones, and those of tags of task runs. */

import { useTitle } from "../../parts/title";
import { Tabs } from "../../parts/Tabs";
import { GlobalLimits } from "./GlobalLimits";
import { TagLimits } from "./TagLimits";

export default function Limits() {
  useTitle("Concurrency");
  return (
    <div class="page">
      <header>
        <h1>Concurrency</h1>
      </header>
      <Tabs
        label="Kinds of limits"
        tabs={[
          { name: "Global", body: () => <GlobalLimits /> },
          { name: "Task run", body: () => <TagLimits /> },
        ]}
      />
    </div>
  );
}
