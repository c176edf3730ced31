/** Asks which tags selected things get, and which they lose. */

import { useState } from "preact/hooks";

import { Dialog } from "./Dialog";
import { TagInput } from "./TagInput";

interface Props {
  title: string;
  close: () => void;
  take: (add: string[], remove: string[]) => Promise<void>;
}

export function TagsDialog({ title, close, take }: Props) {
  const [add, setAdd] = useState<string[]>([]);
  const [remove, setRemove] = useState<string[]>([]);
  const submit = (event: Event): void => {
    event.preventDefault();
    close();
    if (add.length + remove.length > 0) void take(add, remove);
  };
  return (
    <Dialog title={title} close={close}>
      <form class="stack" onSubmit={submit}>
        <TagInput label="Tags to add" tags={add} change={setAdd} />
        <TagInput label="Tags to take away" tags={remove} change={setRemove} />
        <div class="actions">
          <button class="button" type="button" onClick={close}>
            Leave it
          </button>
          <button class="button primary" type="submit">
            Change tags
          </button>
        </div>
      </form>
    </Dialog>
  );
}

/** Tags as they are after some were added and some taken away. */
export function retagged(tags: readonly string[], add: readonly string[], remove: readonly string[]): string[] {
  return [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])];
}
