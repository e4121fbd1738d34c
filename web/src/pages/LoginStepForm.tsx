import { useEffect, useRef, useState, type FormEvent, type HTMLAttributes, type ReactNode } from 'react';
import { submitStep, type CookieField, type Display, type InputField, type LoginSession, type LoginStep } from '../api/bridges.ts';
import { statusOf } from '../api/problem.ts';
import { plainName, webAddress } from '../app/text.ts';
import { Problem } from '../components/Feedback.tsx';
import { Field } from '../components/Form.tsx';
import { Linked } from '../components/Linked.tsx';
import { Picture } from '../components/Picture.tsx';
import { Qr } from '../components/Qr.tsx';
import { fieldsOfPaste } from './pastedCookies.ts';

type OpenStep = Exclude<LoginStep, { type: 'complete' }>;

interface StepProps<S extends OpenStep = OpenStep> {
  session: LoginSession;
  step: S;
  onChange: (session: LoginSession) => void;
  onCancel: () => void;
}

/** What a network asks or shows in one step of a login. */
export function LoginStepForm({ step, ...rest }: StepProps) {
  switch (step.type) {
    case 'user_input':
      return <InputStep step={step} {...rest} />;
    case 'cookies':
      return <CookieStep step={step} {...rest} />;
    case 'display_and_wait':
      return <DisplayStep step={step} {...rest} />;
  }
}

function useSubmit({ session, step, onChange }: StepProps) {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const submit = async (fields: Record<string, string>) => {
    setBusy(true);
    setError(null);
    try {
      onChange(await submitStep(session, step, fields));
    } catch (reason) {
      setError(reason);
    }
    setBusy(false);
  };
  return { busy, error, submit };
}

const kinds: Record<string, { type: string; inputMode?: HTMLAttributes<HTMLInputElement>['inputMode']; autoComplete: string }> = {
  email: { type: 'email', autoComplete: 'email' },
  phone_number: { type: 'tel', autoComplete: 'tel' },
  password: { type: 'password', autoComplete: 'current-password' },
  token: { type: 'password', autoComplete: 'off' },
  '2fa_code': { type: 'text', inputMode: 'numeric', autoComplete: 'one-time-code' },
  username: { type: 'text', autoComplete: 'username' },
  // Not of type url: a network may take a bare name, such as example.org, where it would like an address.
  url: { type: 'text', inputMode: 'url', autoComplete: 'url' },
};

function InputStep(props: StepProps<OpenStep & { type: 'user_input' }>) {
  const { step, onCancel } = props;
  const { busy, error, submit } = useSubmit(props);
  const [values, setValues] = useState(() => Object.fromEntries(step.fields.map((field) => [field.id, field.initialValue ?? ''])));
  const input = (field: InputField) => {
    const kind = kinds[field.type ?? ''] ?? { type: 'text', autoComplete: 'off' };
    return (
      <Field
        key={field.id}
        label={
          <>
            <bdi>{plainName(field.label, field.id)}</bdi>
            {field.optional && <span className="quiet"> (optional)</span>}
          </>
        }
        {...kind}
        autoCapitalize="none"
        spellCheck={false}
        required={!field.optional}
        placeholder={field.placeholder}
        value={values[field.id] ?? ''}
        onChange={(event) => setValues({ ...values, [field.id]: event.currentTarget.value })}
      />
    );
  };
  return (
    <StepForm {...{ busy, error, onCancel }} instructions={step.instructions} onSubmit={() => submit(filled(values))}>
      {step.fields.map(input)}
    </StepForm>
  );
}

function CookieStep(props: StepProps<OpenStep & { type: 'cookies' }>) {
  const { step, onCancel } = props;
  const { busy, error, submit } = useSubmit(props);
  const [values, setValues] = useState<Record<string, string>>({});
  const site = webAddress(step.url);
  return (
    <StepForm {...{ busy, error, onCancel }} instructions={step.instructions} onSubmit={() => submit(filled(values))}>
      <p>
        {site ? (
          <>
            Sign in at{' '}
            <a href={site} target="_blank" rel="noopener noreferrer">
              {new URL(site).host}
            </a>{' '}
            in this browser
          </>
        ) : (
          'Sign in to the network in this browser'
        )}
        . Then open the developer tools (F12), look up the values below, and put them here. They go to your own server only.
      </p>
      <Field
        label="Paste all at once (optional)"
        hint="The Cookie header of a request, a request copied as cURL, or cookies as JSON; the fields below fill themselves."
        autoComplete="off"
        spellCheck={false}
        value=""
        onChange={(event) => setValues({ ...values, ...fieldsOfPaste(event.currentTarget.value, step.fields) })}
      />
      {step.fields.map((field) => (
        <Field
          key={field.id}
          label={<bdi>{plainName(field.name, field.id)}</bdi>}
          hint={placeOf(field)}
          className="mono"
          type="password"
          autoComplete="off"
          required={field.required !== false}
          value={values[field.id] ?? ''}
          onChange={(event) => setValues({ ...values, [field.id]: event.currentTarget.value })}
        />
      ))}
    </StepForm>
  );
}

function placeOf(field: CookieField): string {
  switch (field.type) {
    case 'header':
      return 'A header of the requests under Network.';
    case 'local_storage':
      return 'Under Application or Storage, Local storage.';
    default:
      return 'Under Application or Storage, Cookies.';
  }
}

/** Shows something and waits until it was used. A request that ends without news is sent again; the server holds it for a while. */
function DisplayStep({ session, step, onChange, onCancel }: StepProps<OpenStep & { type: 'display_and_wait' }>) {
  const [error, setError] = useState<unknown>(null);
  const [round, setRound] = useState(0);
  const latest = useRef({ session, step, onChange });
  latest.current = { session, step, onChange };
  useEffect(() => {
    const controller = new AbortController();
    const wait = async () => {
      while (!controller.signal.aborted) {
        const begun = performance.now();
        const next = await submitStep(latest.current.session, latest.current.step, {}, controller.signal);
        if (controller.signal.aborted) return;
        latest.current.onChange(next);
        // A server that answers at once is not asked more than every second.
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, 1_000 - (performance.now() - begun))));
      }
    };
    wait().catch((reason: unknown) => !controller.signal.aborted && setError(reason));
    return () => controller.abort();
  }, [round]);
  const retry = () => {
    setError(null);
    setRound(round + 1);
  };
  return (
    <div className="stack narrow">
      <Instructions text={step.instructions} />
      <Shown display={step.display} />
      {error !== null ? (
        <Problem error={error} {...(statusOf(error) === 404 ? {} : { retry })} />
      ) : (
        <p className="state state-wait" role="status">
          Waiting for the other device …
        </p>
      )}
      <div className="buttons">
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </div>
  );
}

function Shown({ display }: { display: Display }) {
  switch (display.type) {
    case 'qr':
      return <Qr data={display.data} label="QR code to scan with the app on your phone" />;
    case 'code':
      return <p className="code-shown">{display.data}</p>;
    case 'emoji':
      return <Picture className="emoji-shown" address={display.imageURL} alt="Picture to compare with the one on the other device" />;
    case 'nothing':
      return null;
  }
}

function Instructions({ text }: { text: string | undefined }) {
  return (
    text && (
      <p className="instructions">
        <Linked text={text} />
      </p>
    )
  );
}

interface StepFormProps {
  instructions: string | undefined;
  busy: boolean;
  error: unknown;
  onSubmit: () => Promise<void>;
  onCancel: () => void;
  children: ReactNode;
}

function StepForm({ instructions, busy, error, onSubmit, onCancel, children }: StepFormProps) {
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void onSubmit();
  };
  return (
    <form onSubmit={submit} className="stack narrow">
      <Instructions text={instructions} />
      {children}
      {error !== null && <Problem error={error} />}
      <div className="buttons">
        <button type="button" className="button" onClick={onCancel}>
          Cancel
        </button>
        <button type="submit" className="button button-primary" disabled={busy}>
          {busy ? 'One moment …' : 'Continue'}
        </button>
      </div>
    </form>
  );
}

/** What was filled in; an optional field that was left empty is not sent. */
const filled = (values: Record<string, string>) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));
