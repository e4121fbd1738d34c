import { useEffect, useState } from 'react';
import { loadPicture } from '../api/client.ts';

interface PictureProps {
  address: string;
  alt: string;
  className: string;
}

/** A picture of this server, or one that stands in its own address. What is elsewhere is not asked for: its host would learn of it. */
export function Picture({ address, alt, className }: PictureProps) {
  const parsed = URL.parse(address, window.location.origin);
  if (parsed?.protocol === 'data:') return <img className={className} src={parsed.href} alt={alt} />;
  if (parsed?.origin !== window.location.origin) return <p role="alert">The picture cannot be shown.</p>;
  return <OwnPicture address={parsed.pathname + parsed.search} alt={alt} className={className} />;
}

/** An `img` sends no key of the session, so it is given what was fetched. */
function OwnPicture({ address, alt, className }: PictureProps) {
  const [shown, setShown] = useState<string | null>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const controller = new AbortController();
    let made: string | null = null;
    loadPicture(address, controller.signal).then(
      (blob) => {
        if (controller.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setFailed(false);
        setShown(made);
      },
      () => !controller.signal.aborted && setFailed(true),
    );
    return () => {
      controller.abort();
      if (made) URL.revokeObjectURL(made);
    };
  }, [address]);
  if (failed) return <p role="alert">The picture could not be loaded.</p>;
  return shown ? <img className={className} src={shown} alt={alt} /> : <p role="status">Loading the picture …</p>;
}
