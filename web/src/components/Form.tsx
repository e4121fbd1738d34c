import { useId, type InputHTMLAttributes, type ReactNode } from 'react';

interface FieldProps extends Omit<InputHTMLAttributes<HTMLInputElement>, 'id'> {
  label: ReactNode;
  hint?: ReactNode;
}

/** A text field with its label and, below it, what helps to fill it in. */
export function Field({ label, hint, ...input }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input id={id} {...(hint ? { 'aria-describedby': `${id}-hint` } : {})} {...input} />
      {hint && (
        <p className="hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

interface ChoiceProps {
  type: 'radio' | 'checkbox';
  name?: string;
  checked: boolean;
  onChange: (checked: boolean) => void;
  label: ReactNode;
  detail?: ReactNode;
  disabled?: boolean;
}

/** One of several, or one to tick, with a line that says what it means. */
export function Choice({ type, name, checked, onChange, label, detail, disabled }: ChoiceProps) {
  const id = useId();
  return (
    <div className="choice">
      <input
        id={id}
        type={type}
        name={name}
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.currentTarget.checked)}
        {...(detail ? { 'aria-describedby': `${id}-detail` } : {})}
      />
      <label htmlFor={id}>{label}</label>
      {detail && (
        <p className="hint" id={`${id}-detail`}>
          {detail}
        </p>
      )}
    </div>
  );
}

type Options = readonly (readonly [value: string, text: string])[];

interface SelectProps {
  label: string;
  value: string;
  onChange: (value: string) => void;
  options: Options;
  /** More of them, under titles. */
  groups?: readonly (readonly [title: string, options: Options])[];
}

export function Select({ label, value, onChange, options, groups = [] }: SelectProps) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        <OptionList options={options} />
        {groups.map(([title, members]) => (
          <optgroup key={title} label={title}>
            <OptionList options={members} />
          </optgroup>
        ))}
      </select>
    </div>
  );
}

function OptionList({ options }: { options: Options }) {
  return options.map(([option, text]) => (
    <option key={option} value={option}>
      {text}
    </option>
  ));
}
