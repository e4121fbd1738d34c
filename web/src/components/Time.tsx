import { distance, fullTime } from '../app/text.ts';

/** A time as its distance from now, with the whole of it at hand. */
export function Time({ at }: { at: string }) {
  return (
    <time dateTime={at} title={fullTime(at)}>
      {distance(at)}
    </time>
  );
}
