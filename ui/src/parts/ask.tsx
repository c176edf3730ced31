/** Asks before something that cannot be taken back. */

import { render } from "preact";
import { useState } from "preact/hooks";

import { Dialog } from "./Dialog";

interface Question {
  title: string;
  /** What will happen, in a sentence. */
  text: string;
  /** What the button says. */
  yes: string;
  /** This has to be typed first. */
  type?: string;
}

/** Whether the reader wants it. */
export function ask(question: Question): Promise<boolean> {
  const place = document.body.appendChild(document.createElement("div"));
  return new Promise((resolve) => {
    const answer = (wanted: boolean): void => {
      render(null, place);
      place.remove();
      resolve(wanted);
    };
    render(<Asked {...question} answer={answer} />, place);
  });
}

function Asked({ title, text, yes, type, answer }: Question & { answer: (wanted: boolean) => void }) {
  const [typed, setTyped] = useState("");
  return (
    <Dialog title={title} close={() => answer(false)}>
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          answer(true);
        }}
      >
        <p>{text}</p>
        {type && (
          <label class="field">
            <span class="label">
              Type <code>{type}</code> to go on
            </span>
            <input class="input" autoFocus value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
          </label>
        )}
        <div class="actions">
          <button class="button" type="button" onClick={() => answer(false)}>
            Keep
          </button>
          <button class="button danger" type="submit" disabled={type !== undefined && typed !== type}>
            {yes}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
