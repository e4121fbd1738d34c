import { useId, useRef, useState } from 'react';

/** A text to take away: shown, selectable, and copied by a button. */
export function CopyField({ label, text }: { label: string; text: string }) {
  const id = useId();
  const field = useRef<HTMLInputElement>(null);
  const [state, setState] = useState<'idle' | 'copied' | 'select'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setState('copied');
    } catch {
      // Browsers lend the clipboard to secure pages only; a selection can always be copied by hand.
      field.current?.select();
      setState('select');
    }
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <div className="copy">
        <input id={id} ref={field} className="mono" readOnly value={text} onFocus={(event) => event.currentTarget.select()} />
        <button type="button" className="button" onClick={() => void copy()}>
          Copy
        </button>
      </div>
      <p className="hint" role="status">
        {state === 'copied' && 'Copied.'}
        {state === 'select' && 'Selected: copy it with Ctrl+C or ⌘C.'}
      </p>
    </div>
  );
}
