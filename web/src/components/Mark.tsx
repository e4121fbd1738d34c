/** The sign of Switchboard: two jacks and the cord between them. */
export function Mark({ size = 28 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect className="mark-board" width="32" height="32" rx="8" />
      <path className="mark-cord" d="M10 9.5C10 20 22 12 22 22.5" />
      <circle className="mark-jack" cx="10" cy="9.5" r="4" />
      <circle className="mark-jack" cx="22" cy="22.5" r="4" />
    </svg>
  );
}
