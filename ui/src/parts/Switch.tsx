/** On or off, at once. */

interface Props {
  label: string;
  isOn: boolean;
  change: (isOn: boolean) => void;
  isOff?: boolean;
}

export function Switch({ label, isOn, change, isOff = false }: Props) {
  return (
    <button
      type="button"
      role="switch"
      class="switch"
      aria-checked={isOn}
      aria-label={label}
      title={label}
      disabled={isOff}
      onClick={() => change(!isOn)}
    >
      <span aria-hidden />
    </button>
  );
}
