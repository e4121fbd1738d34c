import { useMemo } from 'react';
import { encode } from 'uqr';

/** A QR code, always dark on light: many cameras read no other. */
export function Qr({ data, label }: { data: string; label: string }) {
  const { path, size } = useMemo(() => draw(data), [data]);
  return (
    <svg className="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect className="qr-paper" width={size} height={size} />
      <path className="qr-ink" d={path} />
    </svg>
  );
}

function draw(data: string): { path: string; size: number } {
  const code = encode(data, { border: 4 });
  let path = '';
  for (const [y, row] of code.data.entries()) {
    for (const [x, dark] of row.entries()) if (dark) path += `M${x} ${y}h1v1h-1z`;
  }
  return { path, size: code.size };
}
