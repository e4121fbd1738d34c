import { useState } from 'react';
import { endAllBrowsers, endBrowser, loadBrowsers } from '../api/owner.ts';
import type { Browser } from '../api/types.ts';
import { navigate } from '../app/router.tsx';
import { counted, fullTime } from '../app/text.ts';
import { useLoad } from '../app/useLoad.ts';
import { Confirm } from '../components/Confirm.tsx';
import { Loading, Problem, Said } from '../components/Feedback.tsx';
import { Time } from '../components/Time.tsx';

/** The browsers in which the owner is signed in, and the way to end one or all of them. */
export function BrowserList({ onLeave }: { onLeave: () => Promise<void> }) {
  const [loaded, reload] = useLoad(loadBrowsers);
  const [asking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const [said, setSaid] = useState('');
  const end = async (browser: Browser) => {
    setError(null);
    try {
      await endBrowser(browser.id);
      setSaid('That browser was signed out.');
      reload();
    } catch (reason) {
      setError(reason);
    }
  };
  return (
    <section className="part" aria-labelledby="settings-browsers">
      <h2 id="settings-browsers">Where you are signed in</h2>
      <p className="quiet">Browsers in which these pages are open to whoever sits there.</p>
      <Said text={said} />
      {error !== null && <Problem error={error} />}
      {loaded.kind === 'loading' && <Loading what="browsers" />}
      {loaded.kind === 'failed' && <Problem error={loaded.error} retry={reload} />}
      {loaded.kind === 'done' && (
        <>
          <ul className="rows" aria-label="Browsers">
            {loaded.value.map((browser) => (
              <Row key={browser.id} browser={browser} onEnd={() => void end(browser)} />
            ))}
          </ul>
          <button type="button" className="button button-quiet-danger" onClick={() => setAsking(true)}>
            Sign out everywhere
          </button>
        </>
      )}
      {asking && (
        <Confirm
          title="Sign out everywhere?"
          action="Sign out"
          onClose={() => setAsking(false)}
          onConfirm={async () => {
            await endAllBrowsers();
            navigate('/', { replace: true });
            await onLeave();
          }}
        >
          <p>
            {loaded.kind === 'done' ? `${counted(loaded.value.length, 'browser')}, this one too,` : 'Every browser, this one too,'} must sign in
            again. Connections go on.
          </p>
        </Confirm>
      )}
    </section>
  );
}

function Row({ browser: { createdAt, lastUsedAt, current }, onEnd }: { browser: Browser; onEnd: () => void }) {
  return (
    <li className="row">
      <div className="row-main">
        <p>
          Signed in {fullTime(createdAt)} {current && <span className="badge">This browser</span>}
        </p>
        {lastUsedAt && (
          <p className="quiet">
            Used <Time at={lastUsedAt} />
          </p>
        )}
      </div>
      {!current && (
        <div className="row-actions">
          <button type="button" className="button button-small" aria-label={`Sign out the browser of ${fullTime(createdAt)}`} onClick={onEnd}>
            Sign out
          </button>
        </div>
      )}
    </li>
  );
}
